"""Whether an expression recomputed from what is visible is right more often: `python -m
tests.fitting.occlusion_expression FER2013 [COUNT]`.

The argument is a folder of labelled expressions. Each face is read as it is, with something pasted
over it, and once more after what is found to be covered was filled: from the other half of the face
where that is bare, else with the usual face in the photo's light. The same is done with the true
mask, which no model could better. Of the accuracy that pasting costs the part is printed that
filling gives back. Nothing is written, and nothing of it is offered.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from scipy.interpolate import griddata

from ml import geometry, registry
from ml.analysis.face_layout import CHIP, DARK, Skin, fitted, layout, skin
from ml.analysis.face_misfit import lit
from ml.contracts import DETECTION, MESH, OCCLUSION, POSE, Output, View
from ml.evaluation.benchmarks.occlusion import drawn
from ml.evaluation.intervals import interval
from ml.evaluation.looking import decoded, nearest
from ml.evaluation.occluders import KINDS
from ml.evaluation.readers.people import known
from ml.evaluation.readers.samples import part
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Array = np.ndarray
READER = "fused-expression"
COUNT, DRAWS = 900, 1000
WAYS = ("bare", "pasted", "filled", "filled by the true mask")


def main(folder: Path, count: int = COUNT) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    samples = part(known(folder, "expression", None), count)
    rows = []
    for number, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        assert picture is not None
        faces = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        if faces:
            kind = list(KINDS)[number % len(KINDS)]
            words = told(pool, picture, faces[0], kind, np.random.default_rng(number))
            rows.append([kind, *(word == sample.truth.expression for word in words)])
    for kind in ("", *KINDS):
        right = np.array([row[1:] for row in rows if row[0] == kind or not kind], float)
        print(kind or "all", len(right), dict(zip(WAYS, right.mean(0).round(3), strict=True)))
        for way in (2, 3):
            print(f"  {WAYS[way]} regains {said(right, way)}")


def said(right: Array, way: int) -> str:
    """The part of the accuracy lost by pasting that comes back, with its 95 % interval."""
    draws = np.random.default_rng(0).integers(len(right), size=(DRAWS, len(right)))
    means = right[draws].mean(1)
    lost = np.where(means[:, 0] > means[:, 1], means[:, 0] - means[:, 1], np.nan)
    low, high = interval((means[:, way] - means[:, 1]) / lost)
    bare, pasted, filled = right.mean(0)[[0, 1, way]]
    return f"{(filled - pasted) / max(bare - pasted, 1e-9):.0%} ({low:.0%} to {high:.0%})"


def told(
    pool: Pool, picture: Picture, face: Face, kind: str, draw: np.random.Generator
) -> list[object]:
    """The word read in each of WAYS."""
    bare = seen(pool, picture, face)
    mesh = bare[MESH].data.points[0]
    if mesh is None:
        return [None] * len(WAYS)
    pasted, hidden = drawn(kind, picture, mesh, draw)
    covered = seen(pool, pasted, face)
    mesh = covered[MESH].data.points[0]
    cover = covered[OCCLUSION].data.faces[0]
    laid = skin(pasted, mesh, layout())
    truth = cv2.warpAffine(hidden.astype(np.uint8), laid.transform, (CHIP, CHIP)) > 0
    found = truth & False if cover is None else cover.mask
    shown = [pasted, filled(pasted, laid, found), filled(pasted, laid, truth)]
    return [word(pool, picture, face, bare), *(word(pool, one, face, covered) for one in shown)]


def seen(pool: Pool, picture: Picture, face: Face) -> Mapping[object, Output]:
    outputs = {DETECTION: Output(faces=(face,))}
    outputs[MESH] = pool.run("mediapipe-mesh", View(picture, (face,), outputs))
    outputs[POSE] = pool.run("mesh-pose", View(picture, (face,), {MESH: outputs[MESH]}))
    view = View(picture, (face,), {task: outputs[task] for task in (MESH, POSE)})
    return {**outputs, OCCLUSION: pool.run("fitted-occlusion", view)}


def word(pool: Pool, picture: Picture, face: Face, outputs: Mapping[object, Output]) -> object:
    return pool.run(READER, View(picture, (face,), {MESH: outputs[MESH]})).readings[0].value


def filled(picture: Picture, laid: Skin, covered: Array) -> Picture:
    """The photo with what is covered (CHIP x CHIP) filled."""
    if not covered.any():
        return picture
    hidden = cv2.remap(
        covered.astype(np.float32), laid.places[..., 0], laid.places[..., 1], cv2.INTER_LINEAR
    ) > 0.2  # fmt: skip
    colours = bared(laid, hidden)
    inside = layout().inside
    rows, columns = np.nonzero(covered)
    made = griddata(laid.places[inside], colours[inside], np.column_stack([columns, rows]))
    chip, known = np.zeros((CHIP, CHIP, 3), np.float32), np.zeros((CHIP, CHIP), np.float32)
    there = np.isfinite(made).all(1)
    chip[rows[there], columns[there]], known[rows[there], columns[there]] = made[there], 1
    back = geometry.inverse(laid.transform)
    chip, known = (cv2.warpAffine(one, back, picture.size) for one in (chip, known))
    pixels = picture.pixels * (1 - known[..., None]) + chip
    return Picture(pixels.clip(0, 255).round().astype(np.uint8))


def bared(laid: Skin, hidden: Array) -> Array:
    """The face in the frame (SIDE x SIDE x 3) without what hides it."""
    told = lit(laid, hidden, fitted()["usual"], fitted()["spread"])
    own = laid.pixels.astype(np.float32)
    made = unlogged(told)
    other = laid.seen[:, ::-1] & ~hidden[:, ::-1]
    made = np.where(other[..., None], own[:, ::-1], made)
    return np.where(hidden[..., None], made, own)


def unlogged(told: Array) -> Array:
    """Back from ml.analysis.face_layout.logarithms to RGB: grey is known, and of green red and
    blue are so many times as much."""
    red, blue = np.exp(told[..., 1]), np.exp(told[..., 2])
    green = np.exp(told[..., 0]) / (0.299 * red + 0.587 + 0.114 * blue)
    return (np.stack([red * green, green, blue * green], -1) - DARK).clip(0, 255)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
