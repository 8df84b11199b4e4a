"""Guesses how a face would be gendered from two networks' opinions."""

from __future__ import annotations

from functools import partial

import numpy as np

from ml import faceres, facewise
from ml.analysis import gender_dlib
from ml.contracts import FACE_CODE, GENDER, MESH, FaceCode, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats
from ml.types import Reading
from ml.weights import Weights

NAME = "fused-gender"
RECIPE = 1
# Both networks are too sure, and two that agree are not twice as sure. Chosen on one half of 1,071
# faces: the calibration error of the other fell from 5.9 to 2.6 %.
TEMPERED = 0.4
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "utkface, 1,075 faces, 2 not read",
        "2026-11-25",
        "manage.py evaluate gender --data utkface --models fused-gender --seed 0",
        {
            "accuracy": "90.7 % (89.0 to 92.4)",
            "accuracy, adults": "94.7 % (93.2 to 96.1)",
            "calibration error": "1.0 % (1.0 to 3.1)",
            "accuracy by age": (
                "00-02 61.3 % (worst), 03-09 80.0 %, 10-17 86.5 %, 18-29 96.0 %, 30-44 "
                "99.1 %, 45-59 95.8 %, 60+ 89.6 %"
            ),
            "accuracy by gender": "female 87.5 % (worst), male 93.5 %",
            "accuracy by race": (
                "asian 89.5 %, black 91.9 %, indian 89.4 %, other 89.2 % (worst), white 92.5 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent gender (dlib and FaceRes)",
        task=GENDER,
        weights=(gender_dlib.SOURCE, faceres.SOURCE),
        code_licence="MIT",
        weights_licence="CC0-1.0 AND MIT",
        commercial_use=Commercial.YES,
        memory_mb=20,
        recipe=RECIPE,
        rank=1,
        needs=(MESH, FACE_CODE),
        sensitive=Sensitive.GENDER,
        paper=(
            "dlib's DNN gender classifier (Cydral Technology); Savchenko, Efficient facial "
            "representations for age, gender and identity, 2019"
        ),
        known_limits=(
            "Sorts by looks into two classes and knows nothing of who a person is; wrong most "
            "often for children, and more often for women than for men. "
            "FaceRes carries its package's licence; its maker states none."
        ),
        measured=MEASURED,
    )
)
class FusedGender(Model):
    """One of two words, with how probable it is."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._dlib = gender_dlib.DlibGender(weights, device)

    def run(self, view: View) -> Output:
        codes = view.data(FACE_CODE).codes
        look = partial(self._dlib.odds, view.picture)
        dlib = facewise.answers(view, gender_dlib.EYES_APART, look)
        readings = (said(i, dlib.get(i), code) for i, code in enumerate(codes))
        return Output(readings=tuple(readings))


def said(face: int, dlib: Floats | None, code: FaceCode | None) -> Reading:
    """dlib: probabilities of gender_dlib.LABELS. None: the face is too small for one of them."""
    both = None if dlib is None or code is None else fused(dlib, code.male)
    return facewise.likeliest(NAME, "apparent gender", gender_dlib.LABELS, face, both)


def fused(dlib: Floats, male: float) -> Floats:
    """The probabilities of (female, male): the networks' log odds added and made less sure."""
    odds = log_odds(float(dlib[1])) + log_odds(male)
    sure = 1 / (1 + np.exp(-TEMPERED * odds))
    return np.array([1 - sure, sure], np.float32)


def log_odds(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(inside / (1 - inside)))
