"""Tells dark hair from light by its lightness and the skin's."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np

from ml.analysis.hair_cover_edges import HAIR_COVER, OUT, skin_of
from ml.analysis.head_lab import HEAD
from ml.analysis.head_pixels import Head
from ml.contracts import MESH, PARSING, POSE, Output, Parsed, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import SAID, Trait, worded
from ml.types import Reading

NAME = "light-hair-colour"
EYES_APART = 24.0
LEAST = 60  # pixels of hair well within it
DARK, LIGHT = "dark (black or brown)", "light (blond, grey or white)"

# `python -m tests.fitting.attributes LFW` fits it to one half of the photos.
LIGHT_HAIR = Trait({"hair L": 0.069, "skin L": 0.03}, -5.13)

MEASURED = (
    *figures(
        "lfw, 245 people labelled by one eye after all was chosen, 56 light",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, light": "79.6 % (73.2 to 85.7)",
            "recall, light": "66.1 % (53.8 to 78.3)",
            "precision, light": "74.0 % (61.5 to 85.1)",
            "unsure, light": "17.6 %",
        },
    ),
)

HAIR_COLOUR: Task[Any] = Task("hair-colour", "Hair colour", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Lightness of hair",
        task=HAIR_COLOUR,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, PARSING, HAIR_COVER, HEAD),
        paper=(
            "No paper's: L* of what the parsed head has for hair, and of its skin, weighed by "
            "logistic regression"
        ),
        known_limits=(
            "Says dark or light only: finer names were wrong as often as right. Flash and sun make "
            "dark hair light, shadow makes light hair dark, and a background that is taken for "
            "hair counts as hair."
        ),
        measured=MEASURED,
    )
)
class LightHairColour(Model):
    """dark, light or unsure, a face."""

    def run(self, view: View) -> Output:
        parts, covers = view.data(PARSING).heads, view.data(HAIR_COVER).odds
        heads = view.data(HEAD)

        def said(face: int, _mesh: Floats) -> Reading:
            parsed, covered = parts[face], covers[face]
            if parsed is None or covered is None:
                return Reading(NAME, "hair colour", None, face=face, note=OUT)
            if covered >= SAID:
                return Reading(NAME, "hair colour", None, face=face, note="hair seems covered")
            measured = measures(heads.of(face), parsed)
            if measured is None:
                return Reading(
                    NAME, "hair colour", None, face=face, note="too little hair in sight"
                )
            return Reading(
                NAME, "hair colour", *worded(LIGHT_HAIR.odds(measured), LIGHT, DARK), face
            )

        return in_sight(view, EYES_APART, NAME, "hair colour", said)


def measures(head: Head, parsed: Parsed) -> dict[str, float] | None:
    """Median L* of the hair and of the skin; None for too little hair."""
    import cv2

    hair = cv2.erode(parsed.where("hair").astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if hair.sum() < LEAST:
        return None
    light, skin = head.lab[..., 0], skin_of(head.place, parsed)
    return {"hair L": float(np.median(light[hair])), "skin L": float(np.median(light[skin]))}
