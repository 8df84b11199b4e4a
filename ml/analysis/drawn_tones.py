"""Tells drawn faces from photographed ones by how few tones they have and how hard their edges
are: nothing was trained for it."""

from __future__ import annotations

from math import exp
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import DETECTION, Output, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Face, Picture, Reading

NAME = "tones-drawn"
SIZE = 96  # of the square around a face that is looked at
SMALLEST = 24.0  # pixels of the box's long side: enlarged further, everything is smooth
TONES = 6  # so many runs of three greys hold most of a drawing and little of a photo
HARD = 32  # greys between neighbours at an inked edge

# Half way between one half of the drawings and of photos (`python -m tests.fitting.drawings`).
FEW, FEW_STEP = 0.50, 0.03
# Chosen with all twenty drawings seen, so that a face in the dark is none.
EDGES, EDGES_STEP = 0.10, 0.015
DRAWN, PHOTOGRAPH = 0.6, 0.4

MEASURED = figures(
    "20 drawings that come with the tests, 1,000 faces of lfw, 998 of utkface, 975 of fer2013",
    "2026-11-25",
    "python -m tests.fitting.drawings LFW UTKFACE FER2013",
    {
        "drawings called drawn": "19 of 20; 7 of 7 of the half nothing was fitted to",
        "photos called drawn": "0 % of lfw, 0 % of utkface, 0.3 % of fer2013",
        "drawn faces that are found at all": "6 of 20",
    },
)

LOOKS_DRAWN: Task[Any] = Task("drawn", "Drawn or photographed", NoneType, group=Group.CONDITION)


@register(
    ModelCard(
        name=NAME,
        title="Tones and edges",
        task=LOOKS_DRAWN,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(DETECTION,),
        paper=(
            "After Athitsos et al., Distinguishing Photographs and Graphics on the World Wide Web, "
            "1997"
        ),
        known_limits=(
            "Knows flat colours and inked lines; takes paintings, dense hatching and anything "
            "softly shaded for photographs, and most drawn faces are not found in the first place."
        ),
        measured=MEASURED,
    )
)
class TonesDrawn(Model):
    """drawn, photograph or unsure, a face."""

    def run(self, view: View) -> Output:
        readings = (said(view.picture, i, face) for i, face in enumerate(view.faces))
        return Output(readings=tuple(readings))


def said(picture: Picture, index: int, face: Face) -> Reading:
    if max(face.box.width, face.box.height) < SMALLEST:
        return Reading(NAME, "looks", None, face=index, note=TOO_SMALL)
    width, height = picture.size
    x, y = face.box.centre
    if not (0 <= x < width and 0 <= y < height):
        return Reading(NAME, "looks", None, face=index, note="outside the photo")
    word, score = worded(*measures(picture, face))
    return Reading(NAME, "looks", word, score, index)


def worded(few: float, edges: float) -> tuple[str, float | None]:
    """A photo has many tones. A drawing has few, and hard edges; few tones without those may be
    a pencil's, or a face in the dark."""
    if (odds := drawn(few, edges)) >= DRAWN:
        return "drawn", round(odds, 2)
    if (tones := rising((few - FEW) / FEW_STEP)) <= PHOTOGRAPH:
        return "photograph", round(1 - tones, 2)
    return "unsure", None


def drawn(few: float, edges: float) -> float:
    """0 (a photo) to 1 (a drawing), of a face's `measures`: few tones and hard edges, both."""
    return rising((few - FEW) / FEW_STEP) * rising((edges - EDGES) / EDGES_STEP)


def rising(steps: float) -> float:
    """From 0 to 1, half at 0 (the logistic curve)."""
    return 1 / (1 + exp(-steps))


def measures(picture: Picture, face: Face) -> tuple[float, float]:
    """The share of a face's pixels that its commonest tones hold, and of those at hard edges."""
    side = max(face.box.width, face.box.height)
    cut = geometry.square(face.box.centre, side, 0, SIZE)
    chip = geometry.chip(picture, cut, SIZE, repeat_border=True)
    grey = (chip @ np.array([0.299, 0.587, 0.114])).round().astype(np.int16)
    across, down = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    steps = np.maximum(across[:-1], down[:, :-1])
    return commonest(grey), float((steps > HARD).mean())


def commonest(grey: NDArray[np.int16]) -> float:
    """The share of pixels in the fullest runs of three neighbouring greys, 0..1."""
    shares = np.bincount(grey.ravel(), minlength=256) / grey.size
    total = 0.0
    for _ in range(TONES):
        middle = int(np.convolve(shares, [1, 1, 1], "same").argmax())
        run = slice(max(middle - 1, 0), middle + 2)
        total += float(shares[run].sum())
        shares[run] = 0
    return total
