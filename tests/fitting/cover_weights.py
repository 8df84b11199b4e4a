"""Weighs the named evidence of ml.analysis.occlusion_fitted: `python -m tests.fitting.cover_weights
LFW [PEOPLE]`.

The arguments are a folder of people (LFW) and how many of them; all are of the half that the
benchmark does not ask about, one photo of each, none in profile. Each is shown bare, with a hand
and with two more of the benchmark's kinds drawn over it, every third also with a random thing
(tests.fitting.covered_faces); all are saved as JPEG, bare ones too, and every third is spoiled
after that: what is pasted is sharper and of another grain than the photo, which no real hand is,
and that must not count. The weights of the first glance are fitted by logistic regression, then
those of the closer looks, to what the looks before left. They are printed, to be put into the code;
nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression

from ml import decode, registry
from ml.analysis import cover_evidence, misfit_evidence
from ml.analysis.face_layout import CHIP, Skin, fitted, layout, skin
from ml.analysis.face_misfit import best, misfit
from ml.analysis.misfit_evidence import odds
from ml.analysis.occlusion_fitted import DOUBTED, LOOKS
from ml.contracts import View
from ml.evaluation.benchmarks.occlusion import QUALITIES, asked, drawn
from ml.evaluation.looking import nearest
from ml.evaluation.occluders import KINDS
from ml.evaluation.readers.samples import Sample, pictures
from ml.evaluation.swaps import saved
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.covered_faces import covered, spoiled
from tests.fitting.occlusion import Seen, meshed

Array = np.ndarray
PEOPLE, PIXELS = 560, 60  # pixels that are weighed in each photo, at each look
RANDOM, SPOILED = 3, 1 / 3  # so many faces one has a random thing; how many photos are spoiled
KINDS_BUT_HANDS = tuple(kind for kind in KINDS if kind != "hand")
STRENGTH = 0.3  # of the regression: how little weights are held back


def main(folder: Path, people: int) -> None:
    registry.discover()
    pool, draw = Pool(Weights(weights_folder())), np.random.default_rng(0)
    shown = [
        one
        for number, face in enumerate(firsts(pool, folder, people))
        for one in examples(pool, number, face, draw)
    ]
    print(f"{len(shown)} photos", flush=True)
    usual, spread = fitted()["usual"], fitted()["spread"]
    maps = [misfit_evidence.evidence(one, best(one, usual, spread), usual) for one, _ in shown]
    glance = weighed(shown, [maps], draw)
    told("GLANCE", glance)
    first = [odds(each, glance, one.seen) for (one, _), each in zip(shown, maps, strict=True)]
    told("CLOSER", closer(shown, first, draw))


def closer(
    shown: Sequence[tuple[Skin, Array]], first: Sequence[Array], draw: np.random.Generator
) -> Mapping[str, float]:
    """The same for every look, fitted in turn with what the looks before make of it."""
    usual, spread = fitted()["usual"], fitted()["spread"]
    faces = [cover_evidence.surface(one, usual) for one, _ in shown]
    looks, weights = [first], {}
    for _ in range(LOOKS - 1):
        maps = [
            [
                cover_evidence.evidence(face, misfit(one, guess > DOUBTED, usual, spread), guess)
                for (one, _), face, guess in zip(shown, faces, look, strict=True)
            ]
            for look in looks
        ]
        weights = weighed(shown, maps, draw)
        after = [
            [odds(each, weights, face.seen) for each, face in zip(look, faces, strict=True)]
            for look in maps
        ]
        looks = [first, *after]
    return weights


def weighed(
    shown: Sequence[tuple[Skin, Array]],
    looks: Sequence[Sequence[Mapping[str, Array]]],
    draw: np.random.Generator,
) -> Mapping[str, float]:
    names, parts, truth = list(looks[0][0]), [], []
    for look in looks:
        for (one, hidden), maps in zip(shown, look, strict=True):
            chosen = draw.choice(np.flatnonzero(one.seen), PIXELS)
            parts.append(np.stack([maps[name].ravel()[chosen] for name in names], -1))
            truth.append(hidden.ravel()[chosen])
    rows = np.concatenate(parts)
    wide = rows.std(0)
    model = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=100)
    model.fit(rows / wide, np.concatenate(truth))
    weights = dict(zip(names, (model.coef_[0] / wide).tolist(), strict=True))
    return {**weights, "bias": float(model.intercept_[0])}


def told(name: str, weights: Mapping[str, float]) -> None:
    print(f"{name} = {{")
    for evidence, weight in weights.items():
        print(f'    "{evidence}": {weight:.2f},')
    print("}", flush=True)


def firsts(pool: Pool, folder: Path, people: int) -> Iterator[Seen]:
    every = groupby(pictures(folder), lambda photo: photo.parent.name)
    photos = [next(theirs) for person, theirs in every if not asked(person)]
    for photo in photos[:: max(1, len(photos) // people)][:people]:
        picture, person = decode.picture(photo), photo.parent.name
        sample = Sample(photo.name, photo, None, person)
        seen = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        if seen and (mesh := meshed(pool, picture, seen[0])) is not None:
            yield Seen(person, picture.pixels, seen[0], mesh)


def examples(
    pool: Pool, number: int, one: Seen, draw: np.random.Generator
) -> Iterator[tuple[Skin, Array]]:
    """Faces in the frame, and where they are covered."""
    bare, nothing = Picture(one.pixels), np.zeros(one.pixels.shape[:2], bool)
    others = [KINDS_BUT_HANDS[(2 * number + step) % len(KINDS_BUT_HANDS)] for step in (0, 1)]
    looks = [(pressed(one.pixels, draw), nothing)]
    looks += [drawn(kind, bare, one.mesh, draw) for kind in ("hand", *others)]
    if number % RANDOM == 0:
        pixels, where = covered(one.pixels, one.mesh, one.pixels[::-1], draw)
        looks.append((pressed(pixels, draw), where))
    for picture, hidden in looks:
        spoil = draw.random() < SPOILED
        shown = Picture(spoiled(picture.pixels, draw)) if spoil else picture
        mesh = meshed(pool, shown, one.face)
        if mesh is not None:
            laid = skin(shown, mesh, layout())
            yield laid, in_frame(hidden, laid)


def pressed(pixels: Array, draw: np.random.Generator) -> Picture:
    """As `drawn` saves what it draws."""
    return saved(pixels, int(draw.integers(*QUALITIES)))


def in_frame(hidden: Array, one: Skin) -> Array:
    """What is hidden in the photo, where it is in the frame."""
    chip = cv2.warpAffine(hidden.astype(np.float32), one.transform, (CHIP, CHIP))
    part = cv2.remap(chip, one.places[..., 0], one.places[..., 1], cv2.INTER_LINEAR)
    return (part > 0.5) & one.seen


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else PEOPLE)
