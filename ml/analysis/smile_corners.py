"""Tells a smile's shape by where the mesh has the corners of the mouth."""

from __future__ import annotations

from types import NoneType
from typing import Any

from ml.contracts import MESH, POSE, Output, View
from ml.facewise import in_sight
from ml.facs import measures
from ml.frontal import frontal
from ml.registry import Commercial, Group, Model, ModelCard, Sensitive, Task, figures, register
from ml.runtimes import Floats
from ml.traits import Trait, worded
from ml.types import Reading

NAME = "corners-smile"
EYES_APART = 24.0

# `python -m tests.fitting.attributes LFW` fits it to one half of the photos.
SMILE = Trait({"corner up": 35.6, "corner out": 44.6}, -15.5)

MEASURED = (
    *figures(
        "lfw, 384 people labelled by one eye after all was chosen, 145 smiling",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, smile": "85.5 % (81.9 to 89.0)",
            "recall, smile": "79.3 % (72.5 to 85.4)",
            "precision, smile": "85.2 % (79.4 to 91.0)",
            "unsure, smile": "12.8 %",
            "balanced accuracy, smile by facial hair": (
                "none 86.2 % of 321, stubble 96.2 % of 16, beard or moustache 70.0 % (worst) of 40"
            ),
        },
    ),
)

SMILING: Task[Any] = Task("smile", "Smile", NoneType, group=Group.EXPRESSION)


@register(
    ModelCard(
        name=NAME,
        title="Corners of the mouth",
        task=SMILING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE),
        sensitive=Sensitive.EMOTION,
        paper=(
            "Ekman, Friesen and Hager, Facial Action Coding System, 2002: the lip corner puller "
            "(AU12) as two distances in the face mesh, weighed by logistic regression"
        ),
        known_limits=(
            "A shape of the mouth, not a mood; a mouth drawn wide by speech or strain passes for a "
            "smile, and faint smiles with closed lips are overlooked."
        ),
        measured=MEASURED,
    )
)
class CornersSmile(Model):
    """yes, no or unsure, a face."""

    def run(self, view: View) -> Output:
        def said(face: int, mesh: Floats) -> Reading:
            odds = SMILE.odds(measures(frontal(mesh)))
            return Reading(NAME, "smiling", *worded(odds, "yes", "no"), face)

        return in_sight(view, EYES_APART, NAME, "smiling", said)
