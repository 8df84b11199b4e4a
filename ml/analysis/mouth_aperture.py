"""Tells an open mouth by the gap between the lips of the face mesh."""

from __future__ import annotations

from types import NoneType
from typing import Any

from ml.contracts import MESH, POSE, Output, View
from ml.facewise import in_sight
from ml.facs import measures
from ml.frontal import frontal
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import Trait, worded
from ml.types import Reading

NAME = "aperture-mouth"
EYES_APART = 24.0

# `python -m tests.fitting.attributes LFW` fits it to one half of the photos.
OPEN = Trait({"mouth open": 31.9}, -2.19)

MEASURED = (
    *figures(
        "lfw, 330 people labelled by one eye after all was chosen, 163 open, unclear ones left out",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, open": "82.5 % (78.5 to 86.3)",
            "recall, open": "88.3 % (83.4 to 92.9)",
            "precision, open": "78.7 % (72.9 to 84.3)",
            "unsure, open": "20.6 %",
        },
    ),
)

MOUTH: Task[Any] = Task("mouth", "Mouth", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Gap between the lips",
        task=MOUTH,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE),
        paper="No paper's: one distance in the face mesh, weighed by logistic regression",
        known_limits=(
            "Open means that teeth or the inside of the mouth show; of narrow gaps it overlooks "
            "some, and closed lips that are thin, bearded or shaded pass for open ones now and "
            "then."
        ),
        measured=MEASURED,
    )
)
class ApertureMouth(Model):
    """open, closed or unsure, a face."""

    def run(self, view: View) -> Output:
        def said(face: int, mesh: Floats) -> Reading:
            odds = OPEN.odds(measures(frontal(mesh)))
            return Reading(NAME, "mouth", *worded(odds, "open", "closed"), face)

        return in_sight(view, EYES_APART, NAME, "mouth", said)
