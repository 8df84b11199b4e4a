"""How much nearer to a known head several views come than one: `python -m
tests.fitting.fused_shape [PHOTO ...]`.

Eight deformed heads in the skin of each photo (scikit-image's astronaut, and those named), seen
from several sides in changing light. Errors in % of the distance between the eyes: of the known
vertices from the surface, and from the same vertex. Nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from skimage import data

from ml import registry
from ml.contracts import DETECTION, Output, View
from ml.decode import picture
from ml.frontal import frontal
from ml.pool import Pool
from ml.shape.bundle import Points
from ml.shape.views import Seen, fused
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.known_head import (
    bumps,
    camera,
    from_points,
    from_surface,
    head,
    photographed,
)

AWAY = 13.0  # about 1.2 m
THREE = ((0, 0), (-30, 0), (30, 0))
SEVEN = (*THREE, (-20, -10), (20, 10), (0, 15), (0, -15))


def main(*photos: str) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    sources = [Picture(data.astronaut()), *(picture(Path(photo)) for photo in photos)]
    for known in (False, True):
        for views in (THREE, SEVEN):
            rows = [
                measured(pool, source, known, views, number) for source in sources
                for number in range(8)
            ]  # fmt: skip
            found = np.array([row for row in rows if row])
            print("cameras known" if known else "cameras unknown", len(views), "views", len(found))
            for what, errors in (("surface", found[:, 0]), ("vertices", found[:, 1])):
                single, frontmost, all_ = errors.mean(0)
                halved = int((errors[:, 2] < errors[:, 0] / 2).sum())
                print(
                    f"  {what}: a single view {single:.2f}, the frontal one {frontmost:.2f},",
                    f"fused {all_:.2f} ({all_ / single:.2f} and {all_ / frontmost:.2f} of them);",
                    f"under half of a single one's for {halved}",
                )


def deformed(points: Points, number: int) -> Points:
    """What is known: flatter and deeper faces, and bumps of 2 and 4 mm or so."""
    deeper = points * (1, 1, (0.75, 1.3)[number % 2])
    if number < 2:
        return deeper
    return bumps(points if number < 6 else deeper, number, 0.025 if number % 4 < 2 else 0.05)


def measured(
    pool: Pool, source: Picture, known: bool, sides: Sequence[tuple[float, float]], number: int
) -> list[list[float]] | None:
    """Errors (surface, vertices) of the single views on the mean, the frontal one, and all."""
    own = mesh_of(pool, source)
    assert own is not None
    truth = deformed(frontal(own), number)
    one = head(source, own.astype(np.float64), truth)
    views, light = [], np.random.default_rng(number)
    for yaw, pitch in sides:
        matrix = camera(yaw, pitch, AWAY)
        photo = photographed(one, matrix, light.uniform(0.8, 1.1), light.uniform(-0.3, 0.3))
        mesh = mesh_of(pool, photo)
        if mesh is None:
            return None
        views.append(Seen(photo, mesh, matrix if known else None))
    together = fused(views).points
    return [
        [float(np.mean([error(view.mesh, truth) for view in views])),
         error(views[0].mesh, truth), error(together, truth)]
        for error in (from_surface, from_points)
    ]  # fmt: skip


def mesh_of(pool: Pool, photo: Picture) -> Points | None:
    """Of the largest face."""
    faces = sorted(pool.run("centerface", View(photo)).faces, key=lambda face: -face.box.area)[:1]
    outputs = {DETECTION: Output(faces=tuple(faces))}
    meshes = pool.run("mediapipe-mesh", View(photo, tuple(faces), outputs)).data.points
    return meshes[0] if meshes else None


if __name__ == "__main__":
    main(*sys.argv[1:])
