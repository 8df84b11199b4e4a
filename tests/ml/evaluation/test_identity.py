"""What the identity benchmark tries, and how it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.contracts import View
from ml.evaluation.benchmarks.identity import Judged, Scores, measured
from ml.evaluation.impostures import (
    ENROLLED,
    Kind,
    Known,
    Trial,
    of_half,
    strangers,
)
from ml.evaluation.readers.samples import FITTED, REPORTED, BadData, Sample, half
from ml.types import Picture

NOTHING = View(Picture(np.zeros((1, 1, 3), np.uint8)))
NAN = float("nan")


def judged(kind: Kind, weight: float, *odds: float, distance: float = 0.0) -> Judged:
    likely = np.array(odds) if odds else np.full(3, np.nan)
    parts = {} if np.isnan(weight) else {"hair, ears": weight / 2}
    return Judged(Trial(kind, "a", "a.jpg", None), weight, likely, parts, distance)


TOLD = [
    judged(Kind.CONTROL, -1.0, 0.8, 0.1, 0.1, distance=0.2),
    judged(Kind.CONTROL, 2.0, 0.2, 0.7, 0.1, distance=0.1),
    judged(Kind.SWAP, 1.0, 0.3, 0.6, 0.1, distance=0.3),
    judged(Kind.SWAP, NAN),
    judged(Kind.GENUINE, NAN),
    judged(Kind.STRANGER, 3.0, 0.1, 0.1, 0.8, distance=0.5),
]


def test_swaps_are_set_against_controls_and_one_that_is_not_read_has_passed() -> None:
    found = Scores(TOLD).score(np.ones(6))
    # The swap that was read lies above one of two controls, the other above none.
    assert found["auc_swaps"] == pytest.approx(1 / 4)
    assert found["auc_swaps_embedding"] == pytest.approx(2 / 4)
    assert found["swaps_told"] == pytest.approx(1 / 2)


def test_a_genuine_photo_that_is_not_read_was_refused() -> None:
    found = Scores(TOLD).score(np.ones(6))
    assert found["auc_lookalikes"] == pytest.approx(2 / 3)
    assert found["false_alarms"] == pytest.approx(2 / 3)
    assert found["accuracy"] == pytest.approx(3 / 6)


def test_reasons_are_told_alone_and_people_counted() -> None:
    one = measured(TOLD, ())
    assert one.n == 6 and one.skipped == 2 and one.counts["people"] == 1
    assert "auc_swaps_hair_ears" in one.score(np.ones(6))


def test_who_is_drawn_twice_counts_twice() -> None:
    found = Scores(TOLD).score(np.array([1.0, 2.0, 1.0, 1.0, 0.0, 1.0]))
    assert found["false_alarms"] == pytest.approx(2 / 3)


def photos(person: str, count: int) -> list[Sample[None]]:
    return [
        Sample(f"{person}/{i}.jpg", Path(f"{person}/{i}.jpg"), None, person) for i in range(count)
    ]


def test_the_halves_share_no_person() -> None:
    people = [f"person {number}" for number in range(40)]
    samples = [one for person in people for one in photos(person, ENROLLED + 1)]
    halves = [set(of_half(samples, part, None)) for part in (FITTED, REPORTED)]
    assert not halves[0] & halves[1] and halves[0] | halves[1] == set(people)
    assert all(half(person) == part for part in (0, 1) for person in halves[part])
    assert set(of_half(samples, REPORTED, 3)) < halves[REPORTED]


def test_people_need_a_photo_beside_the_enrolled_ones() -> None:
    with pytest.raises(BadData, match="more than 5 photos"):
        of_half(photos("a", ENROLLED), half("a"), None)


def known(person: str, *vector: float) -> Known:
    at = np.array(vector)
    return Known(f"{person}.jpg", Path(), person, NOTHING, at, np.zeros(3), np.zeros(3), True)


def test_the_nearest_strangers_are_different_people() -> None:
    enrolled = [known("me", 0.0, 0.0), known("me", 0.2, 0.0)]
    near, nearer = known("b", 0.5, 0.0), known("b", 0.2, 0.1)
    others = [near, nearer, known("c", 1.0, 0.0), known("d", 2.0, 0.0), known("e", 3.0, 0.0)]
    assert [one.person for one in strangers(enrolled, others)] == ["b", "c", "d"]
    assert strangers(enrolled, others)[0] is nearer
