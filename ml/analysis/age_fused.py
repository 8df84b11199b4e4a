"""Estimates how old a face looks from two networks' opinions, set right by a measured curve."""

from __future__ import annotations

from functools import partial

import numpy as np

from ml import faceres, facewise
from ml.analysis import age_dlib
from ml.contracts import AGE, FACE_CODE, MESH, FaceCode, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, figures, register
from ml.runtimes import Floats
from ml.types import Reading
from ml.weights import Weights

NAME = "fused-age"
RECIPE = 1
SHARE = 0.6  # of FaceRes in the mean of both
# Both networks draw everybody towards the middle of life. What people were whose mean opinion was
# OPINION, and how far below and above that the middle 80 % of them lay: fitted with
# `python -m tests.fitting.age_curve` to one half of 1,071 faces, the other half is the judge.
OPINION = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 75.0)
YEARS = (0.0, 10.1, 16.3, 28.0, 43.0, 53.8, 69.4, 83.1)
BELOW = (0.1, 5.6, 7.4, 6.9, 13.2, 10.6, 21.1, 12.6)
ABOVE = (0.3, 4.4, 9.1, 14.7, 15.6, 13.5, 11.2, 13.9)
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "utkface, 1,075 faces, 2 not read",
        "2026-11-25",
        "manage.py evaluate age --data utkface --models fused-age --seed 0",
        {
            "mean error": "6.6 years (6.2 to 7.1)",
            "mean error, faces read": "6.5 years (6.1 to 6.8)",
            "within 5 years": "51.6 % (48.5 to 54.6)",
            "ages inside the range": "84.8 % (82.7 to 87.0)",
            "mean error by age": (
                "00-02 2.2 years, 03-09 3.1 years, 10-17 4.4 years, 18-29 4.2 years, "
                "30-44 6.9 years, 45-59 8.0 years, 60+ 10.0 years (worst)"
            ),
            "mean error by gender": "female 7.1 years (worst), male 6.2 years",
            "mean error by race": (
                "asian 7.0 years, black 8.6 years (worst), indian 6.4 years, other 4.4 "
                "years, white 5.8 years"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Apparent age (dlib and FaceRes)",
        task=AGE,
        weights=(age_dlib.SOURCE, faceres.SOURCE),
        code_licence="MIT",
        weights_licence="CC0-1.0 AND MIT",
        commercial_use=Commercial.YES,
        memory_mb=60,
        recipe=RECIPE,
        rank=1,
        needs=(MESH, FACE_CODE),
        sensitive=Sensitive.AGE,
        paper=(
            "Rothe et al., DEX: Deep EXpectation of apparent age from a single image, 2015; "
            "Savchenko, Efficient facial representations for age, gender and identity, 2019"
        ),
        known_limits=(
            "Says how old a face looks, not how old a person is; takes the old for younger, errs "
            "more with make-up and for some groups of people than for others. "
            "FaceRes carries its package's licence; its maker states none."
        ),
        measured=MEASURED,
    )
)
class FusedAge(Model):
    """The apparent age in years, with a range that holds about 80 % of people's ages."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._dlib = age_dlib.DlibAge(weights, device)

    def run(self, view: View) -> Output:
        codes = view.data(FACE_CODE).codes
        look = partial(self._dlib.odds, view.picture)
        dlib = facewise.answers(view, age_dlib.EYES_APART, look)
        readings = (said(i, dlib.get(i), code) for i, code in enumerate(codes))
        return Output(readings=tuple(readings))


def said(face: int, dlib: Floats | None, code: FaceCode | None) -> Reading:
    """dlib: probabilities of age_dlib.YEARS. None: the face is too small for one of them."""
    name, unit = "apparent age", "years"
    if dlib is None or code is None:
        return Reading(NAME, name, None, face=face, unit=unit, note=facewise.TOO_SMALL)
    mean = opinion(dlib, code.ages)
    age = float(np.interp(mean, OPINION, YEARS))
    low = max(0.0, age - float(np.interp(mean, OPINION, BELOW)))
    high = age + float(np.interp(mean, OPINION, ABOVE))
    interval = round(low, 1), round(high, 1)
    return Reading(NAME, name, round(age, 1), face=face, unit=unit, interval=interval)


def opinion(dlib: Floats, ages: Floats) -> float:
    """The weighted mean of both expected ages, in years. ages: probabilities of 1, 2, ... years."""
    first, second = dlib @ age_dlib.YEARS, ages @ np.arange(1, len(ages) + 1)
    return float((1 - SHARE) * first + SHARE * second)
