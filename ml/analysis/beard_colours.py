"""Tells beards and moustaches by how the lip, chin and jaw differ from the cheeks."""

from __future__ import annotations

from types import NoneType
from typing import Any

from ml.analysis.head_lab import HEAD
from ml.analysis.head_pixels import NO_COLOUR, Head, Spots
from ml.contracts import MESH, POSE, Output, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import Trait, worded
from ml.types import Reading

NAME = "colours-beard"
EYES_APART = 24.0

# Spots of the face, each between mesh vertices.
LIP: Spots = (
    *(((2, 0.5), (0, 0.5)), ((98, 0.4), (37, 0.6)), ((327, 0.4), (267, 0.6))),
    *(((98, 0.3), (40, 0.7)), ((327, 0.3), (270, 0.7))),
    *(((165, 1.0),), ((391, 1.0),), ((167, 1.0),), ((393, 1.0),)),
)
CHIN: Spots = (((199, 1.0),), ((208, 1.0),), ((428, 1.0),), ((175, 0.5), (199, 0.5)))
JAW: Spots = tuple(((v, 1.0),) for v in (192, 416, 135, 364, 214, 434, 210, 430))
BESIDE: Spots = tuple(((v, 1.0),) for v in (206, 426, 216, 436, 207, 427))
CHEEKS: Spots = tuple(((v, 1.0),) for v in (50, 205, 280, 425, 101, 330, 117, 346))

# `python -m tests.fitting.attributes LFW` fits it to one half of the photos.
BEARD = Trait(
    {
        "lip darker": 6.26,
        "lip differs": 4.28,
        "lip paler": 0.163,
        "chin differs": 4.74,
        "jaw paler": 1.13,
    },
    -4.42,
)

MEASURED = (
    *figures(
        "lfw, 361 people labelled by one eye after all was chosen, 40 bearded, without stubble",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, beard or moustache": "79.4 % (71.6 to 87.4)",
            "recall, beard or moustache": "60.0 % (44.4 to 76.5)",
            "precision, beard or moustache": "85.7 % (71.4 to 96.6)",
            "unsure, beard or moustache": "5.8 %",
        },
    ),
)

FACIAL_HAIR: Task[Any] = Task("facial-hair", "Beard or moustache", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Colours of lip, chin and jaw",
        task=FACIAL_HAIR,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, HEAD),
        paper=(
            "No paper's: five differences in CIELAB between parts of the face mesh, weighed by "
            "logistic regression"
        ),
        known_limits=(
            "Knows full beards and moustaches; stubble counts as neither, light or thin ones are "
            "overlooked, and shadow under the nose or a hand at the chin can pass for one."
        ),
        measured=MEASURED,
    )
)
class ColoursBeard(Model):
    """beard or moustache, none or unsure, a face."""

    def run(self, view: View) -> Output:
        heads = view.data(HEAD)

        def said(face: int, _mesh: Floats) -> Reading:
            head = heads.of(face)
            if head.colourless:
                return Reading(NAME, "facial hair", None, face=face, note=NO_COLOUR)
            odds = BEARD.odds(measures(head))
            return Reading(NAME, "facial hair", *worded(odds, "beard or moustache", "none"), face)

        return in_sight(view, EYES_APART, NAME, "facial hair", said)


def measures(head: Head) -> dict[str, float]:
    """How far the lip is darker than the cheek beside it and how far it differs at all, how far
    the chin differs (parts of the skin's L*), and how much less red lip and jaw are (the one in
    a*, the other as a part of the skin's)."""
    skin, beside = head.colour(*CHEEKS), head.colour(*BESIDE)
    lip, chin, jaw = head.colour(*LIP), head.colour(*CHIN), head.colour(*JAW)
    darker = float((beside[0] - lip[0]) / max(beside[0], 15.0))
    return {
        "lip darker": darker,
        "lip differs": abs(darker),
        "lip paler": float(skin[1] - lip[1]),
        "chin differs": abs(float(skin[0] - chin[0])) / max(float(skin[0]), 15.0),
        "jaw paler": 1 - max(float(jaw[1]), 0.0) / max(float(skin[1]), 4.0),
    }
