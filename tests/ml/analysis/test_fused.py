"""Age and gender from two networks: what they make of both opinions."""

from __future__ import annotations

import numpy as np
import pytest

from ml.analysis import age_dlib, age_fused, gender_fused
from ml.contracts import FaceCode

NOBODY = np.zeros(1024, np.float32)


def sure(age: int) -> FaceCode:
    """A code of a face that is certainly so old."""
    ages = np.zeros(100, np.float32)
    ages[age - 1] = 1
    return FaceCode(NOBODY, ages, 0.5)


def dlib_sure(age: int) -> np.ndarray:
    odds = np.zeros(len(age_dlib.YEARS), np.float32)
    odds[age] = 1
    return odds


def test_an_opinion_is_the_weighted_mean_of_expected_ages() -> None:
    assert age_fused.opinion(dlib_sure(20), sure(40).ages) == pytest.approx(0.4 * 20 + 0.6 * 40)


def test_the_curve_is_followed_between_its_points() -> None:
    reading = age_fused.said(0, dlib_sure(45), sure(45))
    low, high = np.interp(45, age_fused.OPINION, age_fused.BELOW), 0
    high = float(np.interp(45, age_fused.OPINION, age_fused.ABOVE))
    age = (43.0 + 53.8) / 2
    assert reading.value == pytest.approx(age)
    assert reading.interval == pytest.approx((age - low, age + high), abs=0.06)


def test_who_looks_older_is_never_called_younger() -> None:
    ages = [age_fused.said(0, dlib_sure(y), sure(max(y, 1))).value for y in range(81)]
    assert ages == sorted(ages) and min(ages) >= 0 and max(ages) < 100


def test_nobody_is_younger_than_nought() -> None:
    for years in range(4):
        interval = age_fused.said(0, dlib_sure(years), sure(max(years, 1))).interval
        assert interval is not None and 0 <= interval[0] <= interval[1]


def test_a_face_that_is_too_small_is_not_read() -> None:
    for reading in (age_fused.said(3, None, sure(30)), gender_fused.said(3, None, sure(30))):
        assert reading.value is None and reading.note == "face too small" and reading.face == 3
    assert age_fused.said(0, dlib_sure(30), None).value is None


def test_two_that_agree_are_surer_than_one_in_doubt() -> None:
    female, male = gender_fused.fused(np.array([0.1, 0.9], np.float32), 0.9)
    expected = 1 / (1 + np.exp(-gender_fused.TEMPERED * 2 * np.log(9)))
    assert male == pytest.approx(expected, abs=1e-6) and female == pytest.approx(1 - expected)
    assert gender_fused.fused(np.array([0.3, 0.7], np.float32), 0.3)[0] == pytest.approx(0.5)


def test_certainty_does_not_overflow() -> None:
    assert np.isfinite(gender_fused.fused(np.array([1.0, 0.0], np.float32), 0.0)).all()
