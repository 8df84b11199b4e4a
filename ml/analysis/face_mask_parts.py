"""Tells a mask over mouth and nose by a lower face that has nowhere the colour of skin."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np

from ml.analysis.head_lab import HEAD
from ml.analysis.head_pixels import Head, Spots
from ml.contracts import MESH, POSE, Output, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import UNSURE
from ml.types import Reading

NAME = "parts-face-mask"
EYES_APART = 24.0


def spots(*vertices: int) -> Spots:
    return tuple(((vertex, 1.0),) for vertex in vertices)


# Parts that a mask covers; a beard leaves the tip of the nose free, a hand a cheek.
COVERED = (
    spots(1, 4, 5),
    spots(164, 167, 393, 0),
    spots(199, 200, 175),
    spots(216, 207, 192, 214),
    spots(436, 427, 416, 434),
)
FREE = spots(117, 118, 119, 346, 347, 348, 9, 8)  # below the eyes, and between the brows
WEIGHTS = (0.5, 1.0, 1.0)  # of L*, a*, b*: shadow darkens skin more than it tints it
# How far off the part most like skin is: 1 in 100 of one half of bare faces go beyond the first
# (`python -m tests.fitting.painted_masks LFW`); the second was set by hand, well beyond.
BARE, MASKED = 12.0, 16.0

MEASURED = figures(
    "lfw, 1,110 bare faces, and masks painted in three colours on the faces of 116 people",
    "2026-11-28",
    "python -m tests.fitting.painted_masks LFW",
    {
        "painted masks told": "309 of 348 (white 99, blue 106, black 104 of 116)",
        "painted masks unsure": "11 of 348",
        "bare faces called masked": "4 of 1,110",
        "bare faces unsure": "3 of 1,110",
    },
)

FACE_MASK: Task[Any] = Task("face-mask", "Mask over mouth and nose", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Colours of the lower face",
        task=FACE_MASK,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, HEAD),
        paper=(
            "No paper's: the least distance in CIELAB between five parts of the lower face and the "
            "skin below the eyes"
        ),
        known_limits=(
            "Measured on masks painted onto photos, not on worn ones; skin-coloured and clear "
            "masks are overlooked, coloured light and paint can pass for one, and a detector that "
            "misses a masked face leaves nothing to tell."
        ),
        measured=MEASURED,
    )
)
class PartsFaceMask(Model):
    """yes, no or unsure, a face."""

    def run(self, view: View) -> Output:
        heads = view.data(HEAD)

        def said(face: int, _mesh: Floats) -> Reading:
            return Reading(NAME, "face mask", worded(least(heads.of(face))), face=face)

        return in_sight(view, EYES_APART, NAME, "face mask", said)


def least(head: Head) -> float:
    """How far in weighed CIELAB the part of the lower face is from the skin that is nearest it."""
    skin = head.colour(*FREE)
    off = [(head.colour(*part) - skin) * WEIGHTS for part in COVERED]
    return float(np.linalg.norm(off, axis=1).min())


def worded(distance: float) -> str:
    return "yes" if distance >= MASKED else UNSURE if distance >= BARE else "no"
