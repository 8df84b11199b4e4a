"""Finds parts of a photo that lack the fine grain their surroundings have."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks
from ml.authenticity.blocks import Floats
from ml.authenticity.calibration import SPEAKS, Curve, reliability
from ml.contracts import Output, View
from ml.registry import Commercial, Figure, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "missing-grain"
GRAIN: Task[Any] = Task("missing-grain", "Missing grain", NoneType, group=Group.EVIDENCE)
LAYER, TITLE = "Missing grain", "grain against surroundings"
MEASURE = "grain missing in a part"
PART, AROUND = 0.1, 3  # of the shorter side: a window; its surroundings are so many times as wide
SMALLEST = 80  # pixels of the shorter side
LEAST = 1.0  # percent of the photo that must lack grain
FINE, STEEP = 0.02, 1.0  # squared grey levels added to what is fine and what is steep
EXTREME = 0.1  # part of the surroundings that may be black or white, where there is no grain
WARMEST = 3.0  # natural logarithm of how much finer grain must be for the map's hottest
CURVE = Curve((0.0, 1.0, 2.0), (-0.5, 0.0, 1.0))
MET = ("auc_75_removal", "tells removed things from honest photos, both saved at JPEG 75")
MEASURED: tuple[Figure, ...] = ()


def missing(pixels: NDArray[np.uint8]) -> Floats:
    """H x W: natural logarithm of how much less grain there is for the slopes than around.

    Grain: what a narrow Gaussian takes away. Where something was painted over, colours run into
    each other without it.
    """
    import cv2

    light = blocks.luminance(pixels)
    soft = cv2.GaussianBlur(light, (0, 0), 1.0)
    side = round(PART * min(light.shape)) | 1
    window, wide = (side, side), (AROUND * side, AROUND * side)
    slopes = cv2.Sobel(soft, -1, 1, 0) ** 2 + cv2.Sobel(soft, -1, 0, 1) ** 2
    grain = np.log(cv2.blur((light - soft) ** 2, window) + FINE)
    grain -= np.log(cv2.blur(slopes, window) + STEEP)
    lacking = np.asarray(cv2.blur(grain, wide) - grain)
    extreme = ((light <= 3) | (light >= 252)).astype(np.float64)
    lacking[cv2.blur(extreme, wide) > EXTREME] = 0
    lacking[:side], lacking[-side:], lacking[:, :side], lacking[:, -side:] = 0, 0, 0, 0
    return lacking


def score(lacking: Floats) -> float:
    """What the part that lacks most grain lacks at least."""
    return float(np.percentile(lacking, 100 - LEAST))


@register(
    ModelCard(
        name=NAME,
        title="Missing grain",
        task=GRAIN,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="Mahdian and Saic, Using noise inconsistencies for blind image forensics, 2009",
        known_limits=(
            "A weak signal: skies, walls and what is out of focus lack grain honestly, and strong "
            "compression takes it from everything."
        ),
        measured=MEASURED,
    )
)
class MissingGrain(Model):
    """Whether a part of the photo has less grain than what is around it."""

    def run(self, view: View) -> Output:
        if min(view.picture.size) < SMALLEST:
            nothing = Finding(NAME, TITLE, None, Claim.EDITED, note="photo too small")
            return Output(findings=(nothing,))
        lacking = missing(view.picture.pixels)
        reading = Reading(NAME, MEASURE, round(score(lacking), 3))
        weight = CURVE(score(lacking))
        shows = weight >= SPEAKS
        finding = Finding(
            NAME,
            TITLE,
            "a part has less grain than its surroundings" if shows else "even",
            Claim.EDITED,
            weight,
            reliability(MEASURED, *MET),
            layer=LAYER,
            group="grain",
        )
        step = max(1, min(lacking.shape) // 128)
        mark = blocks.heat(NAME, LAYER, lacking[::step, ::step] / WARMEST, view.picture, on=shows)
        return Output(findings=(finding,), marks=(mark,), readings=(reading,))
