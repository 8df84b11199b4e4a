"""Measures what ml.analysis.occlusion_fitted goes by: `python -m tests.fitting.occlusion LFW`.

The argument is a folder of people (LFW). On the half of them that the benchmark does not ask about,
the usual face and how much faces differ from it are measured and written, coarse and the same on
both sides, into occlusion.npz; then how much each named evidence counts is weighed by logistic
regression, on faces that random things (tests.fitting.covered_faces) and the benchmark's kinds were
drawn over, and printed, with how well single evidence tells. The weights stand in the code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ml import decode, registry
from ml.analysis import face_layout
from ml.analysis.face_layout import CHIP, COARSE, SIDE, Layout, Skin, fitted, laid, placed, skin
from ml.analysis.face_misfit import TONES, best, lit, misfit
from ml.analysis.misfit_evidence import compared, evidence
from ml.contracts import DETECTION, MESH, Output, View
from ml.evaluation.benchmarks.occlusion import asked, drawn
from ml.evaluation.looking import nearest
from ml.evaluation.occluders import KINDS
from ml.evaluation.readers.samples import Sample, pictures
from ml.frontal import frontal
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.covered_faces import covered, spoiled

Array = np.ndarray
EVERY = 8  # so many faces one is covered
PIXELS = 80  # that are weighed in each


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo's meant face. person: whose it is."""

    person: str
    pixels: Array
    face: Face
    mesh: Array


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    measure(pool, list(faces(pool, folder)), np.random.default_rng(0))


def measure(pool: Pool, found: list[Seen], draw: np.random.Generator) -> None:
    print(f"{len(found)} faces", flush=True)
    places = placed(np.mean([frontal(one.mesh) for one in found], 0))
    frame = laid(places)
    usual, spread = average([skin(Picture(one.pixels), one.mesh, frame) for one in found[::2]])
    kept = {
        "places": places,
        "usual": coarse(usual, frame.inside),
        "spread": coarse(spread, frame.inside),
    }
    np.savez_compressed(
        face_layout.FITTED, **{name: value.astype(np.float16) for name, value in kept.items()}
    )
    fitted.cache_clear()
    weigh(list(examples(pool, found, frame, draw)), draw)


def faces(pool: Pool, folder: Path) -> Iterator[Seen]:
    """Those of the half that is fitted on, profiles left out."""
    for photo in pictures(folder):
        person = photo.parent.name
        if asked(person):
            continue
        picture = decode.picture(photo)
        sample = Sample(photo.name, photo, None, person)
        seen = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        if seen and (mesh := meshed(pool, picture, seen[0])) is not None:
            yield Seen(person, picture.pixels, seen[0], mesh)


def meshed(pool: Pool, picture: Picture, face: Face) -> Array | None:
    """None in profile."""
    view = View(picture, (face,), {DETECTION: Output(faces=(face,))})
    mesh = pool.run("mediapipe-mesh", view)
    pose = pool.run("mesh-pose", View(picture, (face,), {MESH: mesh}))
    return mesh.data.points[0] if pose.data.poses[0] is not None else None


def average(skins: Sequence[Skin]) -> tuple[Array, Array]:
    """The usual face without its light, and how much faces differ from it (SIDE x SIDE x 3)."""
    usual = np.zeros((SIDE, SIDE, 3), np.float32)
    spread = np.full_like(usual, 0.3)
    there = np.stack([one.seen for one in skins])[..., None]
    count = np.maximum(there.sum(0), 1)
    for _ in range(3):
        off = np.stack([misfit(one, None, usual, spread) for one in skins])
        shift = (off * there).sum(0) / count
        usual = usual + shift * spread
        wide = np.sqrt((((off - shift) * there) ** 2).sum(0) / count) * spread
        spread = np.where(count > 50, wide.clip(0.04), 0.3).astype(np.float32)
    tones = np.stack([(lit(one, None, usual, spread) - usual)[0, 0, 1:] for one in skins])
    print(f"tones differ by {tones.std(0).round(3)}, {TONES} in the code", flush=True)
    usual[..., 1:] += tones.mean(0)
    return usual, spread


def coarse(fine: Array, inside: Array) -> Array:
    """COARSE x COARSE x 3, the same on both sides: nobody is to be known in it."""
    rows, columns = distance_transform_edt(~inside, return_distances=False, return_indices=True)
    whole = fine[rows, columns]
    return cv2.resize((whole + whole[:, ::-1]) / 2, (COARSE,) * 2, interpolation=cv2.INTER_AREA)


def examples(
    pool: Pool, found: Sequence[Seen], frame: Layout, draw: np.random.Generator
) -> Iterator[tuple[Skin, Array]]:
    """Faces in the frame, and where they are covered: as they are, with random things over them,
    and with each kind of the benchmark in turn."""
    for number, one in enumerate(found[::EVERY]):
        bare = Picture(one.pixels)
        yield skin(bare, one.mesh, frame), np.zeros((SIDE, SIDE), bool)
        other = found[draw.integers(len(found))].pixels
        pixels, hidden = covered(one.pixels, one.mesh, other, draw)
        pasted, under = drawn(list(KINDS)[number % len(KINDS)], bare, one.mesh, draw)
        for picture, where in ((Picture(spoiled(pixels, draw)), hidden), (pasted, under)):
            mesh = meshed(pool, picture, one.face)
            if mesh is not None:
                laid_out = skin(picture, mesh, frame)
                yield laid_out, in_frame(where, laid_out)


def in_frame(hidden: Array, one: Skin) -> Array:
    """What is hidden in the photo, where it is in the frame."""
    chip = cv2.warpAffine(hidden.astype(np.float32), one.transform, (CHIP, CHIP))
    part = cv2.remap(chip, one.places[..., 0], one.places[..., 1], cv2.INTER_LINEAR)
    return (part > 0.5) & one.seen


def roughly(truth: Array, draw: np.random.Generator) -> Array:
    """As the first fit may have found it: too wide or too narrow, with faults."""
    off = cv2.GaussianBlur(draw.normal(size=truth.shape).astype(np.float32), (0, 0), 4)
    soft = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 1.5)
    return soft + off * draw.uniform(0, 6) > draw.uniform(0.2, 0.8)


def weigh(found: Sequence[tuple[Skin, Array]], draw: np.random.Generator) -> None:
    usual, spread = fitted()["usual"], fitted()["spread"]
    told, truth, names = [], [], []
    for number, (one, hidden) in enumerate(found):
        first = number % 2 == 0
        off = (
            best(one, usual, spread) if first else misfit(one, roughly(hidden, draw), usual, spread)
        )
        seen = evidence(one, off, compared(one, usual), spread)
        names = list(seen)
        chosen = draw.choice(np.flatnonzero(one.seen), PIXELS)
        told.append(np.stack([value.ravel()[chosen] for value in seen.values()], -1))
        truth.append(hidden.ravel()[chosen])
    rows, covers = np.concatenate(told), np.concatenate(truth)
    wide = rows.std(0)
    model = LogisticRegression(C=0.3, max_iter=1000).fit(rows / wide, covers)
    for name, weight, part in zip(names, model.coef_[0] / wide, rows.T, strict=True):
        print(f'    "{name}": {weight:.2f},  # alone AUC {roc_auc_score(covers, part):.3f}')
    print(f'    "bias": {model.intercept_[0]:.2f},')
    print(f"AUC of all {roc_auc_score(covers, model.decision_function(rows / wide)):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
