"""Tries later evidence of what covers a face:
`python -m tests.fitting.cover_evidence_tried LFW 480`.

The arguments are a folder of people (LFW) and how many of them; all are of the half that the
benchmark does not ask about, one photo of each. Every other one is fitted on: things are drawn over
the faces as in the benchmark, hands most often, and the photos are softened and pressed as JPEG
afterwards, bare ones too: what is pasted is sharper and has another grain than the photo, which no
real hand has, and that must not count as evidence. What ml.analysis.occlusion_fitted finds is
weighed twice more, each time with weights of its own (tests.fitting.cover_evidence). The others are
measured, bare and with one kind each, pressed as well and as drawn; IoU is taken in
the face's frame. The weights of both passes and the figures are printed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression

from ml import decode, registry
from ml.analysis import occlusion_fitted
from ml.analysis.covers import cover, said
from ml.analysis.face_layout import Skin, fitted, layout, skin
from ml.analysis.face_misfit import best, misfit
from ml.analysis.misfit_evidence import compared, odds
from ml.analysis.misfit_evidence import evidence as first_evidence
from ml.analysis.occlusion_fitted import CUT, DOUBTED, NAME, WEIGHTS
from ml.contracts import Output, View
from ml.evaluation.benchmarks.occlusion import asked, drawn, flagged, iou
from ml.evaluation.looking import nearest
from ml.evaluation.occluders import KINDS
from ml.evaluation.readers.samples import Sample, pictures
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.cover_evidence import evidence
from tests.fitting.occlusion import Seen, in_frame, meshed

Array = np.ndarray
FITTED = ("bare", "hand", "bare", "hand", "glasses", "mask", "hand", "sunglasses", "hair", "patch")
PIXELS = 100  # that are weighed in each
PASSES, CUTS = 2, (0.4, 0.5)
Laid = tuple[str, Skin, Array]  # what was drawn, the face, where it is covered


def main(folder: Path, most: int) -> None:
    registry.discover()
    pool, draw = Pool(Weights(weights_folder())), np.random.default_rng(0)
    found = list(people(pool, folder, most))
    passes = weighed_passes(list(examples(pool, found[::2], FITTED, 0, pressed)), draw)
    for weights in passes:
        print({name: round(weight, 2) for name, weight in weights.items()}, flush=True)
    for press in (saved, as_drawn):
        print(f"{press.__name__}:", flush=True)
        shown = list(examples(pool, found[1::2], tuple(KINDS), 1, press))
        compare(shown + list(examples(pool, found[1::2], ("bare",), 1, press)), passes)


def compare(shown: Sequence[Laid], passes: Sequence[Mapping[str, float]]) -> None:
    """Faces in turn, so that both ways are timed side by side."""
    offered, later, times = [], [], []
    for _, one, _ in shown:
        begun = perf_counter()
        offered.append(occlusion_fitted.covered(one))
        between = perf_counter()
        later.append(after(one, passes))
        times.append((between - begun, perf_counter() - between))
    table("as offered", shown, offered, CUT)
    for cut in CUTS:
        table(f"weighed twice more, cut {cut}", shown, later, cut)
    print("median milliseconds of each", (1000 * np.median(times, 0)).round(1))


def people(pool: Pool, folder: Path, most: int) -> Iterator[Seen]:
    """The first photo each of so many people of the half that is fitted on, but profiles."""
    every = groupby(pictures(folder), lambda photo: photo.parent.name)
    firsts = [next(photos) for person, photos in every if not asked(person)]
    for photo in firsts[:: max(1, len(firsts) // most)][:most]:
        picture, person = decode.picture(photo), photo.parent.name
        sample = Sample(photo.name, photo, None, person)
        seen = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        if seen and (mesh := meshed(pool, picture, seen[0])) is not None:
            yield Seen(person, picture.pixels, seen[0], mesh)


def examples(
    pool: Pool,
    found: Sequence[Seen],
    kinds: Sequence[str],
    seed: int,
    press: Callable[[Array, np.random.Generator], Array],
) -> Iterator[Laid]:
    for number, one in enumerate(found):
        kind, picture = kinds[number % len(kinds)], Picture(one.pixels)
        draw = np.random.default_rng([seed, number])
        hidden = np.zeros(one.pixels.shape[:2], bool)
        if kind != "bare":
            picture, hidden = drawn(kind, picture, one.mesh, draw)
        picture = Picture(press(picture.pixels, draw))
        mesh = meshed(pool, picture, one.face)
        if mesh is not None:
            laid = skin(picture, mesh, layout())
            yield kind, laid, in_frame(hidden, laid)


def pressed(pixels: Array, draw: np.random.Generator) -> Array:
    """Often as JPEG, now and then softer, darker or lighter."""
    if draw.random() < 0.25:
        pixels = (255 * (pixels / 255.0) ** np.exp(draw.normal(0, 0.3))).astype(np.uint8)
    if draw.random() < 0.25:
        pixels = cv2.GaussianBlur(pixels, (0, 0), draw.uniform(0.4, 1.2))
    return jpeg(pixels, int(draw.integers(50, 96))) if draw.random() < 0.75 else pixels


def saved(pixels: Array, draw: np.random.Generator) -> Array:
    return jpeg(pixels, int(draw.integers(85, 96)))


def as_drawn(pixels: Array, draw: np.random.Generator) -> Array:
    return pixels


def jpeg(pixels: Array, quality: int) -> Array:
    stored = BytesIO()
    Image.fromarray(pixels).save(stored, "JPEG", quality=quality)
    return np.array(Image.open(stored))


def first(one: Skin) -> Array:
    """What is offered, before its edges are smoothed."""
    usual, spread = fitted()["usual"], fitted()["spread"]
    off, features = best(one, usual, spread), compared(one, usual)
    guess = odds(first_evidence(one, off, features, spread), WEIGHTS, one.seen)
    off = misfit(one, guess > DOUBTED, usual, spread)
    return odds(first_evidence(one, off, features, spread), WEIGHTS, one.seen)


def told(one: Skin, guess: Array) -> dict[str, Array]:
    usual, spread = fitted()["usual"], fitted()["spread"]
    return evidence(one, misfit(one, guess > DOUBTED, usual, spread), guess, usual)


def after(one: Skin, passes: Sequence[Mapping[str, float]]) -> Array:
    guess = first(one)
    for weights in passes:
        guess = odds(told(one, guess), weights, one.seen)
    return guess


def weighed_passes(found: Sequence[Laid], draw: np.random.Generator) -> list[Mapping[str, float]]:
    guesses, passes = [first(one) for _, one, _ in found], []
    for _ in range(PASSES):
        maps = [told(one, guess) for (_, one, _), guess in zip(found, guesses, strict=True)]
        passes.append(weighed(found, maps, draw))
        guesses = [
            odds(each, passes[-1], one.seen) for (_, one, _), each in zip(found, maps, strict=True)
        ]
    return passes


def weighed(
    found: Sequence[Laid], maps: Sequence[dict[str, Array]], draw: np.random.Generator
) -> Mapping[str, float]:
    names, parts, truth = list(maps[0]), [], []
    for (_, one, hidden), each in zip(found, maps, strict=True):
        chosen = draw.choice(np.flatnonzero(one.seen), PIXELS)
        parts.append(np.stack([each[name].ravel()[chosen] for name in names], -1))
        truth.append(hidden.ravel()[chosen])
    rows = np.concatenate(parts)
    wide = rows.std(0) + 1e-6
    model = LogisticRegression(C=0.3, solver="newton-cholesky", max_iter=60)
    model.fit(rows / wide, np.concatenate(truth))
    weights = dict(zip(names, (model.coef_[0] / wide).tolist(), strict=True))
    return {**weights, "bias": float(model.intercept_[0])}


def table(name: str, shown: Sequence[Laid], guesses: Sequence[Array], cut: float) -> None:
    scores: dict[str, list[float]] = {}
    for (kind, one, hidden), guess in zip(shown, guesses, strict=True):
        score = float(covers(one, guess, cut)) if kind == "bare" else iou(guess > cut, hidden)
        scores.setdefault(kind, []).append(score)
    means = {kind: float(np.mean(values)) for kind, values in scores.items()}
    bare = means.pop("bare")
    print(name, {kind: f"{mean:.3f} of {len(scores[kind])}" for kind, mean in means.items()})
    print(f"  mean {np.mean(list(means.values())):.3f}, bare faces flagged {bare:.1%}", flush=True)


def covers(one: Skin, guess: Array, cut: float) -> bool:
    """Whether people would read that something covers the face."""
    return flagged(Output(readings=tuple(said(NAME, 0, cover(guess, cut, one)))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
