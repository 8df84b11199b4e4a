"""Do further photos tell how deep a face is? `python -m tests.fitting.portrait_shape LFW`.

Known heads: deformed ones in the skin of the astronaut, and of the photos named, are seen from in
front and from aside in changing light (tests.fitting.known_head). Told is how far off the vertices
of the frontal photo's mesh are in depth, on the mean, in % of the distance between the eyes: alone,
by all photos' meshes, and as portraits take it (ml.generation.fusing); and how often photos agree.

People of the half that is tuned on, with at least four photos: the mesh of the photo most from in
front is laid, best turned, scaled and shifted, onto the mesh of the photo most from aside, which
took no part. Told is how far its points are from those, in the same %, without lips and without
what either photo has of an expression: alone, by the meshes of up to three others as well, and, to
compare, deeper by a fifth. It is the same network that sees all photos.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from skimage import data

from ml import decode, geometry, registry
from ml.contracts.portraits import Beside
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import FITTED, half, read, stable
from ml.frontal import frontal
from ml.generation.coefficients import moved
from ml.generation.fusing import along, fused, sight_of
from ml.generation.present import present
from ml.landmarks import INNER_LIPS, OUTER_LIPS
from ml.pool import Pool
from ml.shape.bundle import aligned
from ml.shape.surface import Points, normals
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.fused_shape import AWAY, deformed, mesh_of
from tests.fitting.known_head import camera, head, photographed

HEADS = (0, 1, 2, 4, 5, 7)
SIDES = {"one aside": (0, 30), "two aside": (0, -30, 30), "one a little aside": (0, 15)}
PEOPLE_MOST, PHOTOS_MOST, OTHERS = 60, 8, 3
APART = 12.0  # degrees between the two photos, at least
TRIED = (0.05, 0.1, 0.2)  # what a mesh says along its line of sight, of what it says across
STAY = sorted({*range(468)} - {*INNER_LIPS, *OUTER_LIPS})


def by_meshes(mesh: Points, others: Sequence[Points], worth: float = 0.1) -> Points:
    """How deep the meshes alone have the face, each in pixels of its photo and without the
    expression that it has. All are brought to one frame by what no expression moves; in it, being
    off by e costs |e|^2 - (1 - worth) (d e)^2, where d is that photo's line of sight: least
    squares along the own one."""
    own, bare = sight_of(mesh), resting(mesh)
    right, whole = np.zeros(len(mesh)), worth
    for other in others:
        sight = sight_of(other)
        cost = np.eye(3) - (1 - worth) * np.outer(sight, sight)
        right += (resting(other) - bare) @ cost @ own
        whole += float(own @ cost @ own)
    return along(mesh, right / whole)


def resting(mesh: Points) -> Points:
    """Without what of its expression is told, in the frame of ml.frontal."""
    bare: Points = frontal(mesh) - moved(present(mesh))
    return bare


def views(
    pool: Pool, source: Picture, sides: Sequence[int], number: int
) -> tuple[list[Beside], Points]:
    """Photos of a known head, and its points."""
    own = mesh_of(pool, source)
    assert own is not None
    truth, light = deformed(frontal(own), number), np.random.default_rng(number)
    one, seen = head(source, own.astype(np.float64), truth), []
    for yaw in sides:
        lamp = light.uniform(0.8, 1.1), light.uniform(-0.3, 0.3)
        photo = photographed(one, camera(yaw, 0, AWAY), *lamp)
        mesh = mesh_of(pool, photo)
        assert mesh is not None
        seen.append(Beside(photo, mesh.astype(np.float64)))
    return seen, truth


def known(pool: Pool, sources: Sequence[Picture]) -> None:
    for name, sides in SIDES.items():
        rows, agreed = [], 0
        for source in sources:
            for number in HEADS:
                (own, *others), truth = views(pool, source, sides, number)
                deep = fused(own, others)
                agreed += deep is not None and len(deep.others) == len(others)
                taken = own.mesh if deep is None else deep.mesh
                ways = (own.mesh, by_meshes(own.mesh, [one.mesh for one in others]), taken)
                rows.append([depth_off(way, truth) for way in ways])
        off = np.array(rows)
        alone, meshes, together = off.mean(0)
        fewer = int((off[:, 2] < off[:, 0]).sum())
        print(f"known heads, {name}: {alone:.2f} alone, {meshes:.2f} by meshes, {together:.2f} "
              f"fused, less for {fewer} of {len(off)}; all photos agree of {agreed}")  # fmt: skip


def depth_off(mesh: Points, truth: Points) -> float:
    """The mean error of depth, in % of the unit. truth: in the frame of ml.frontal."""
    off = (aligned(mesh, truth) - truth)[:, 2]
    return float(np.abs(off - off.mean()).mean() * 100)


def people(pool: Pool, lfw: Path) -> Iterator[tuple[Points, list[Points], Points]]:
    """Of each person the mesh most from in front, OTHERS more, and the one most from aside."""
    photos: dict[str, list[Path]] = {}
    for sample in read(lfw, PEOPLE, PEOPLE_EXPECT):
        if half(sample.identity) == FITTED:
            photos.setdefault(sample.identity, []).append(sample.photo)
    names = stable([name for name, found in photos.items() if len(found) > OTHERS])
    for name in names[:PEOPLE_MOST]:
        made = [mesh_of(pool, decode.picture(one)) for one in photos[name][:PHOTOS_MOST]]
        meshes = [mesh.astype(np.float64) for mesh in made if mesh is not None]
        own, *rest = sorted(meshes, key=lambda mesh: abs(yaw_of(mesh)))
        rest.sort(key=lambda mesh: -abs(yaw_of(mesh) - yaw_of(own)))
        if len(rest) > 1 and abs(yaw_of(rest[0]) - yaw_of(own)) >= APART:
            yield own, rest[1 : 1 + OTHERS], rest[0]


def yaw_of(mesh: Points) -> float:
    return geometry.pose(geometry.axes(mesh)).yaw


def missed(mesh: Points, aside: Points) -> float:
    """How far the mesh, best laid onto the other, is from what that shows, in % of the unit."""
    import cv2
    from scipy.optimize import least_squares

    shape = (frontal(mesh) - moved(present(mesh)) + moved(present(aside)))[STAY]
    seen, weight = aside[STAY, :2], np.clip(-normals(aside)[STAY, 2] / 0.3, 0, 1)
    turn, scale, shift = geometry.solid_similarity(shape, aside[STAY])

    def off(at: Points) -> Points:
        turned = shape @ cv2.Rodrigues(at[:3])[0].T
        left: Points = at[3] * turned[:, :2] / (1 + turned[:, 2:] / AWAY) + at[4:] - seen
        return left

    start = np.concatenate([cv2.Rodrigues(turn)[0].ravel(), [scale], shift[:2]])
    root = np.sqrt(weight)[:, None]
    steps = np.array([0.1] * 3 + [0.1 * scale] * 3)
    best = least_squares(lambda at: (off(at) * root).ravel(), start, x_scale=steps).x
    far = np.linalg.norm(off(best), axis=1)
    return float(np.average(far, weights=weight) / scale * 100)


def held_out(pool: Pool, lfw: Path) -> None:
    rows = []
    for own, others, aside in people(pool, lfw):
        deeper = along(own, 0.2 * frontal(own) @ sight_of(own))
        ways = [own, deeper, *(by_meshes(own, others, worth) for worth in TRIED)]
        rows.append([missed(mesh, aside) for mesh in ways])
    off = np.array(rows)
    for name, row in zip(("alone", "deeper", *map(str, TRIED)), off.T, strict=True):
        by = row - off[:, 0]
        error = 1.96 * by.std() / np.sqrt(len(by))
        print(f"held out, {name}: {row.mean():.3f}, {by.mean():+.3f} +- {error:.3f}, "
              f"less for {int((by < 0).sum())} of {len(by)}")  # fmt: skip


def main(lfw: Path, *photos: str) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    known(pool, [Picture(data.astronaut()), *(decode.picture(Path(one)) for one in photos)])
    held_out(pool, lfw)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
