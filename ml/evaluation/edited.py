"""Files of one photo, edited and not, saved as people save them, to measure authenticity on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from ml.evaluation import edits
from ml.evaluation.edits import EDITS, HONEST, Pixels, Scene

EDITED_A_PHOTO, HONEST_A_PHOTO, AFTERWARDS_A_PHOTO = 2, 1, 1  # rather more people
POORER = (50, 66)  # JPEG qualities of an earlier save that is poorer than the last


@dataclass(frozen=True, slots=True)
class Condition:
    """How files came about. quality: of the last save. poorer: whether the photo was saved at a
    lower quality before it was edited."""

    name: str
    quality: int
    poorer: bool = False


CONDITIONS = (
    Condition("95", 95),
    Condition("75", 75),
    Condition("75_poorer", 75, poorer=True),
)
AFTERWARDS = ("jpeg90", "jpeg70", "jpeg50", "resize", "blur")
"""What is done to files of the first condition by whoever passes them on."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One file. kind: of edit or of honest treatment. condition: a Condition's name, or what was
    done afterwards."""

    kind: str
    edited: bool
    condition: str
    jpeg: bytes


def made(scene: Scene, name: str, number: int) -> Iterator[Made]:
    """Some files of each condition, other ones for each `number` so that all kinds come up as
    often. name: what chance hangs from."""
    edited = turn(tuple(EDITS), number, EDITED_A_PHOTO)
    honest = turn(tuple(HONEST), number, HONEST_A_PHOTO)
    kinds = (*edited, *honest)
    by_past = {
        past: {kind: treated(before, kind, name) for kind in kinds}
        for past, before in ((False, scene), (True, poorer(scene, name)))
    }
    for condition in CONDITIONS:
        for kind, pixels in by_past[condition.poorer].items():
            yield Made(kind, kind in EDITS, condition.name, edits.saved(pixels, condition.quality))
    first = {edited[0]: by_past[False][edited[0]], "untouched": scene.pixels}
    for after in turn(AFTERWARDS, number, AFTERWARDS_A_PHOTO):
        for kind, pixels in first.items():
            file = edits.opened(edits.saved(pixels, CONDITIONS[0].quality))
            yield Made(kind, kind in EDITS, after, passed_on(file, after))


def turn(names: Sequence[str], number: int, count: int) -> tuple[str, ...]:
    """So many of the names, going round."""
    return tuple(names[(number * count + i) % len(names)] for i in range(count))


def treated(scene: Scene, kind: str, name: str) -> Pixels:
    return {**EDITS, **HONEST}[kind](scene, random_of(name, kind))


def random_of(*words: str) -> np.random.Generator:
    """Chance that depends on nothing but the words."""
    return np.random.default_rng(int.from_bytes(sha256(" ".join(words).encode()).digest()[:8]))


def poorer(scene: Scene, name: str) -> Scene:
    """The scene with both photos saved once at a lower quality."""
    first, second = (int(one) for one in random_of(name, "poorer").integers(*POORER, 2))
    return Scene(
        edits.opened(edits.saved(scene.pixels, first)),
        scene.mesh,
        edits.opened(edits.saved(scene.other, second)),
        scene.other_mesh,
    )


def passed_on(pixels: Pixels, how: str) -> bytes:
    """The photo as a JPEG after one of AFTERWARDS."""
    import cv2

    if how.startswith("jpeg"):
        return edits.saved(pixels, int(how.removeprefix("jpeg")))
    if how == "resize":
        smaller = cv2.resize(pixels, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
        return edits.saved(np.asarray(smaller, np.uint8), 90)
    return edits.saved(np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.8), np.uint8), 90)
