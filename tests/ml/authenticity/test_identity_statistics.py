"""The statistics behind the identity check, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from ml.authenticity import identity_age, identity_shape
from ml.authenticity.identity_check import IDENTITY, Likest, outliers
from ml.authenticity.identity_comparing import Compared, compared, odds, weights
from ml.authenticity.identity_kinds import KINDS, Face, Kind, apart
from ml.authenticity.identity_shape import PROPORTIONS, Shape, bumps, expected, unlike
from ml.authenticity.identity_surface import Surface
from ml.contracts import AGE, Case, Output, Pose, Reference, View
from ml.evaluation import results
from ml.frontal import AVERAGE
from ml.registry import Device
from ml.types import Box, Picture, Reading
from ml.types import Face as Found
from ml.weights import Weights

ROOT = Path(__file__).resolve().parents[3]
AGED = identity_age.IdentityAge(Weights(ROOT), Device.CPU)  # it reads no weights
TYPICAL = np.array([one.typical for one in PROPORTIONS])


def shape(proportions: np.ndarray = TYPICAL, yaw: float = 0.0) -> Shape:
    return Shape(proportions, cloud(), Pose(yaw, 0.0, 0.0))


def cloud() -> np.ndarray:
    """468 points about where a frontal mesh has them."""
    low, high = AVERAGE.min(0), AVERAGE.max(0)
    return np.random.default_rng(0).uniform(low, high, (468, 3))


def face(*embedding: float) -> Face:
    vector = np.array(embedding) / np.linalg.norm(embedding)
    return Face(vector, vector, vector, shape(), Surface(np.full(10, 0.1), 0.0, np.zeros(3)))


def first(mine: Face, _: object) -> float:
    """A measure that can be worked out: the vector's first number."""
    return float(mine.embedding[0])


def at(*values: float) -> list[Face]:
    return [face(value, (1 - value**2) ** 0.5) for value in values]


KIND = Kind("k", first, 0.5, 0.1, (2.0, 1.0), (1.0, -1.0), "as measured")


def test_distance_is_one_less_the_mean_cosine() -> None:
    one, other = np.array([1.0, 0.0]), np.array([0.6, 0.8])
    assert apart(one, [one, other]) == pytest.approx(1 - (1 + 0.6) / 2)


def test_what_is_usual_lies_between_the_persons_own_photos_and_everybodys() -> None:
    own = at(0.1, 0.2, 0.3, 0.4, 0.5)  # mean .3, sum of squares about it .1
    found = compared(KIND, at(0.8)[0], own)
    middle, spread = (5 * 0.3 + 5 * 0.5) / 10, ((0.1 + 5 * 0.01) / 9) ** 0.5
    assert (found.low, found.high) == pytest.approx((middle - 2 * spread, middle + 2 * spread))
    assert found.deviation == pytest.approx((0.8 - middle) / spread)


def test_the_more_photos_the_less_count_other_people() -> None:
    few, many = at(0.1, 0.3), at(*[0.1, 0.3] * 50)
    middles = [(c.low + c.high) / 2 for c in (compared(KIND, few[0], own) for own in (few, many))]
    assert middles[1] - 0.2 < 0.02 < middles[0] - 0.2


def test_being_nearer_than_usual_speaks_for_no_more() -> None:
    own = at(0.5, 0.5, 0.5, 0.5, 0.5)
    near, nearer = (compared(KIND, at(value)[0], own) for value in (0.1, 0.01))
    assert near.deviation == nearer.deviation == -1.0


def seen(deviation: float, kind: Kind = KIND) -> Compared:
    return Compared(kind, 0.0, 0.0, 1.0, deviation)


def test_reasons_add_up_to_the_whole() -> None:
    found = [seen(3.0), seen(-1.0), seen(0.5, replace(KIND, swapped=(0.0, 0.0)))]
    a = 2.0 * (3.0 - 1.0) + 2.0 * (-1.0 - 1.0)
    b = (3.0 + 1.0) + (-1.0 + 1.0) + (0.5 + 1.0)
    assert sum(weights(found)) == pytest.approx(log((exp(a) + exp(b)) / 2))


def test_a_kind_that_says_nothing_weighs_nothing() -> None:
    nothing = replace(KIND, swapped=(0.0, 0.0), alike=(0.0, 0.0))
    assert weights([seen(3.0), seen(9.0, nothing)])[1] == 0.0


def test_without_evidence_nobody_can_tell() -> None:
    assert odds(0.0, 0.0).unsure == pytest.approx(1.0)
    assert odds(0.0, 0.0).genuine == pytest.approx(1 / 3)


def test_probabilities_follow_the_likelihood_ratios() -> None:
    told = odds(log(6), log(3))
    assert (told.genuine, told.swapped, told.alike) == pytest.approx((0.1, 0.6, 0.3))
    assert told.unsure == pytest.approx(1.5 * 0.4)


def test_no_evidence_says_more_than_a_thousand_to_one() -> None:
    assert odds(50.0, 40.0).genuine == pytest.approx(1 / (1 + 1000 + 1e-3), rel=0.01)
    assert odds(-50.0, -50.0).genuine == pytest.approx(1000 / 1002)
    assert odds(50.0, 40.0).swapped > 0.99


def test_the_photo_of_somebody_else_is_the_one_that_disagrees() -> None:
    alike = [face(1.0, 0.1 * i, 0.0) for i in range(4)]
    faces = dict(enumerate([*alike, face(0.2, 0.0, 1.0)]))
    assert outliers(faces) == [4]
    assert outliers(dict(enumerate(alike))) == []


def test_what_is_expected_of_a_proportion_is_drawn_towards_everybodys() -> None:
    one = PROPORTIONS[0]
    own = [shape(TYPICAL + 0.01) for _ in range(5)]
    mean, spread = expected(own)
    variance = 10 * one.own**2 / (5 - 1 + 10)  # five equal photos have no spread of their own
    known = one.others**2 / (one.others**2 + variance / 5)
    assert mean[0] - one.typical == pytest.approx(0.01 * known)
    assert spread[0] ** 2 == pytest.approx(variance + one.others**2 * (1 - known))


def test_anothers_proportions_are_likelier_of_anybody() -> None:
    spread = np.array([one.others for one in PROPORTIONS])
    own = [shape(TYPICAL + 2 * spread) for _ in range(5)]
    assert unlike(shape(TYPICAL - 2 * spread), own) > 0 > unlike(own[0], own)


def test_photos_turned_alike_are_compared_first() -> None:
    ahead, aside = [shape() for _ in range(3)], [shape(yaw=60.0) for _ in range(4)]
    assert identity_shape.alike_turned(shape(yaw=50.0), ahead + aside) == aside
    assert identity_shape.alike_turned(shape(yaw=50.0), ahead + aside[:2]) == ahead + aside[:2]


def test_the_farthest_proportion_is_named_with_its_range() -> None:
    wide = TYPICAL.copy()
    wide[2] += 0.5
    told = identity_shape.farthest(shape(wide), [shape()] * 5)
    assert told.startswith(f"jaw width {exp(wide[2]):.2f}, expected ")


def test_a_smooth_bend_is_no_bump() -> None:
    flat = shape()
    x, y, z = flat.points.T
    bent = replace(flat, points=flat.points + np.column_stack([0.1 * x * y, 0.2 * z, 0.3 * y * y]))
    lumpy = replace(flat, points=flat.points + np.random.default_rng(1).normal(0, 0.1, (468, 3)))
    assert bumps(bent, [flat]) < 1e-9
    assert bumps(lumpy, [flat]) == pytest.approx(0.1 * 3**0.5, rel=0.15)


def aged(age: float | None) -> View:
    told = Reading("m", "apparent age", age, face=0, unit="years", note="" if age else "too small")
    picture = Picture(np.zeros((9, 9, 3), np.uint8))
    return View(picture, (Found(Box(0, 0, 9, 9), 1.0),), {AGE: Output(readings=(told,))})


def case(taken: date | None, *true: tuple[float, date | None]) -> Case:
    named = tuple(Reference(aged(age), 0, "a.jpg", when) for age, when in true)
    return Case(Path("a.jpg"), references=named, taken=taken)


def test_true_photos_age_until_the_claimed_date() -> None:
    true = [(30.0, date(2000, 1, 1)), (40.0, date(2010, 1, 1)), (44.0, date(2014, 1, 1))]
    told = identity_age.finding(Likest(0, (0, 1, 2)), 60.0, case(date(2020, 1, 1), *true))
    assert told.value == "looks 10 years older than expected"


def test_age_is_told_of_the_face_most_like_the_person_by_the_photos_that_agree() -> None:
    """A child stands beside, and one of the true photos shows another child."""
    day = date(2020, 1, 1)
    told = tuple(
        Reading("m", "apparent age", age, face=face, unit="years")
        for face, age in enumerate((5.0, 40.0))
    )
    alone = aged(40.0)
    view = replace(
        alone,
        faces=alone.faces * 2,
        outputs={AGE: Output(readings=told), IDENTITY: Output(data=Likest(1, (0, 1, 3)))},
        case=case(day, (40.0, day), (40.0, day), (5.0, day), (40.0, day)),
    )
    (found,) = AGED.run(view).findings
    assert found.face == 1 and found.value == "looks 0 years younger than expected"
    unknown = replace(view, outputs={**view.outputs, IDENTITY: Output(data=Likest(None, ()))})
    (silent,) = AGED.run(unknown).findings
    assert silent.face is None and silent.weight is None
    assert silent.note == identity_age.NOBODY


def test_age_speaks_against_a_claim_only_far_off() -> None:
    assert identity_age.weight(0.0) == pytest.approx(log(5.4 / 20.9))
    assert identity_age.weight(20.0) > 0 > identity_age.weight(-5.0)
    assert identity_age.weight(80.0) == pytest.approx(log(10))


@pytest.mark.parametrize(
    ("taken", "age", "why"),
    [
        (None, 30.0, "no date was claimed"),
        (date(2020, 1, 1), None, "its age could not be read"),
        (date(2020, 1, 1), 30.0, "fewer than 3 true photos have a date and an apparent age"),
    ],
)
def test_an_age_that_cannot_be_compared_says_why(
    taken: date | None, age: float | None, why: str
) -> None:
    dated = date(2000, 1, 1) if "fewer" not in why else None
    told = identity_age.finding(Likest(0, (0, 1, 2)), age, case(taken, *[(30.0, dated)] * 3))
    assert told.value is None and told.weight is None and told.note == why


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_how_reliable_a_kind_is_was_measured(kind: Kind) -> None:
    path = ROOT / "docs" / "benchmarks" / "2026-11-28-identity-identity-check.json"
    metrics = results.read(path).metrics
    slug = kind.title.replace(",", "").replace(" ", "_")
    swaps, alike = (metrics[f"auc_{of}_{slug}"].value for of in ("swaps", "lookalikes"))
    assert kind.reliability == f"alone: AUC {swaps:.2f} on swaps, {alike:.2f} on look-alikes"
