"""Weighs the evidence that ml.analysis.occlusion_fitted goes by once it has a guess: `python -m
tests.fitting.cover_evidence LFW`.

The argument is a folder of people (LFW); the half is taken that the benchmark does not ask about,
one photo of each. Things are drawn over the faces as in the benchmark, hands most often, and the
photos are softened and pressed as JPEG afterwards, bare ones too: what is pasted is sharper and
has another grain than the photo, which no real hand has, and that must not count as evidence.
The same weights serve after the first guess and after the second; they are printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from ml import registry
from ml.analysis.cover_evidence import evidence
from ml.analysis.face_layout import Skin, fitted, layout, skin
from ml.analysis.face_misfit import best, misfit
from ml.analysis.misfit_evidence import evidence as first_evidence
from ml.analysis.misfit_evidence import odds
from ml.analysis.occlusion_fitted import DOUBTED, WEIGHTS
from ml.evaluation.benchmarks.occlusion import drawn
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.occlusion import Seen, faces, in_frame, meshed

Array = np.ndarray
KINDS = ("bare", "hand", "bare", "hand", "glasses", "mask", "hand", "sunglasses", "hair", "patch")
PIXELS = 100  # that are weighed in each


def main(folder: Path) -> None:
    registry.discover()
    pool, draw = Pool(Weights(weights_folder())), np.random.default_rng(0)
    people = {one.person: one for one in faces(pool, folder)}
    found = list(examples(pool, list(people.values()), draw))
    print(f"{len(found)} faces", flush=True)
    guesses = [first(one) for one, _ in found]
    rows = [sampled(found, guesses, draw)]
    again = [
        odds(told(one, guess), weighed(rows), one.seen)
        for (one, _), guess in zip(found, guesses, strict=True)
    ]
    rows.append(sampled(found, again, draw))
    for name, weight in weighed(rows).items():
        print(f'    "{name}": {weight:.2f},')


def examples(
    pool: Pool, people: Sequence[Seen], draw: np.random.Generator
) -> Iterator[tuple[Skin, Array]]:
    """Faces in the frame, and where they are covered."""
    for number, one in enumerate(people):
        kind, picture, mesh = KINDS[number % len(KINDS)], Picture(one.pixels), one.mesh
        hidden = np.zeros(one.pixels.shape[:2], bool)
        if kind != "bare":
            picture, hidden = drawn(kind, picture, mesh, draw)
            mesh = meshed(pool, picture, one.face)
        if mesh is not None:
            laid = skin(Picture(pressed(picture.pixels, draw)), mesh, layout())
            yield laid, in_frame(hidden, laid)


def pressed(pixels: Array, draw: np.random.Generator) -> Array:
    """Often as JPEG, now and then softer, darker or lighter."""
    if draw.random() < 0.25:
        pixels = (255 * (pixels / 255.0) ** np.exp(draw.normal(0, 0.3))).astype(np.uint8)
    if draw.random() < 0.25:
        pixels = cv2.GaussianBlur(pixels, (0, 0), draw.uniform(0.4, 1.2))
    if draw.random() < 0.75:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(draw.integers(50, 96))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR)
    return pixels


def first(one: Skin) -> Array:
    usual, spread = fitted()["usual"], fitted()["spread"]
    off = best(one, usual, spread)
    guess = odds(first_evidence(one, off, usual, spread), WEIGHTS, one.seen)
    off = misfit(one, guess > DOUBTED, usual, spread)
    return odds(first_evidence(one, off, usual, spread), WEIGHTS, one.seen)


def told(one: Skin, guess: Array) -> dict[str, Array]:
    usual, spread = fitted()["usual"], fitted()["spread"]
    return evidence(one, misfit(one, guess > DOUBTED, usual, spread), guess, usual)


def sampled(
    found: Sequence[tuple[Skin, Array]], guesses: Sequence[Array], draw: np.random.Generator
) -> tuple[dict[str, Array], Array]:
    """Of some pixels each evidence, and whether they are covered."""
    parts, truth = [], []
    for (one, hidden), guess in zip(found, guesses, strict=True):
        chosen = draw.choice(np.flatnonzero(one.seen), PIXELS)
        parts.append({name: value.ravel()[chosen] for name, value in told(one, guess).items()})
        truth.append(hidden.ravel()[chosen])
    return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}, (
        np.concatenate(truth)
    )


def weighed(rows: Sequence[tuple[dict[str, Array], Array]]) -> Mapping[str, float]:
    names = list(rows[0][0])
    table = np.concatenate([np.stack([one[name] for name in names], -1) for one, _ in rows])
    wide = table.std(0) + 1e-6
    model = LogisticRegression(C=0.3, solver="newton-cholesky", max_iter=60)
    model.fit(table / wide, np.concatenate([truth for _, truth in rows]))
    weights = dict(zip(names, (model.coef_[0] / wide).tolist(), strict=True))
    return {**weights, "bias": float(model.intercept_[0])}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
