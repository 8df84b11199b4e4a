"""Findings are joined as likelihood ratios are."""

from __future__ import annotations

from math import log

import pytest

from ml.types import Claim, Finding
from ml.weighing import in_words, weighed


def finding(weight: float | None, claim: Claim = Claim.EDITED, **more: object) -> Finding:
    return Finding("m", "something", "seen", claim, weight, **more)  # type: ignore[arg-type]


def test_weights_of_different_signals_add_up() -> None:
    (joint,) = weighed([finding(log(3)), finding(log(4)), finding(-log(2))])
    assert joint.weight == pytest.approx(log(6))
    assert joint.probability == pytest.approx(6 / 7)


def test_what_could_not_speak_is_no_evidence() -> None:
    (joint,) = weighed([finding(None), finding(log(5))])
    assert joint.weight == pytest.approx(log(5))
    assert [one.weight for one in joint.silent] == [None]


def test_nothing_that_spoke_cannot_tell() -> None:
    (joint,) = weighed([finding(None)])
    assert joint.weight is None and joint.probability is None
    assert in_words(joint.weight) == "cannot tell"


def test_of_signals_that_look_at_the_same_thing_the_strongest_counts_whichever_way() -> None:
    (joint,) = weighed([finding(1.0, group="jpeg"), finding(-2.0, group="jpeg"), finding(0.5)])
    assert joint.weight == pytest.approx(-1.5)
    assert [one.weight for one in joint.counted] == [-2.0, 0.5]


def test_claims_and_faces_are_weighed_apart() -> None:
    found = weighed(
        [
            finding(1.0, Claim.IDENTITY, face=1),
            finding(2.0, Claim.IDENTITY, face=0),
            finding(0.5, face=0),
            finding(0.5, face=1),
        ]
    )
    assert [(one.claim, one.face) for one in found] == [
        (Claim.EDITED, None),
        (Claim.IDENTITY, 0),
        (Claim.IDENTITY, 1),
    ]
    assert found[0].weight == 1.0


def test_a_heap_of_weak_signals_does_not_become_certainty() -> None:
    (joint,) = weighed([finding(2.0)] * 50)
    assert joint.weight == pytest.approx(log(1000))


@pytest.mark.parametrize("way", [1, -1])
def test_lines_add_up_to_what_is_said_even_where_that_was_cut(way: int) -> None:
    given = [finding(way * 7.0), finding(way * 3.0), finding(-way * 1.0), finding(None)]
    (joint,) = weighed(given)
    lines = [one.weight or 0.0 for one in joint.counted]
    assert joint.weight == pytest.approx(way * log(1000))
    assert sum(lines) == pytest.approx(joint.weight)
    assert lines[0] / lines[1] == pytest.approx(7 / 3) and abs(lines[0]) < log(1000)
    assert joint.silent == (given[3],)
    assert weighed(given[1:])[0].counted == (given[1], given[2])


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.5, "neither for nor against"),
        (5, "weakly for"),
        (1 / 5, "weakly against"),
        (50, "moderately for"),
        (500, "moderately strongly for"),
        (5000, "strongly for"),
    ],
)
def test_strength_is_told_in_the_words_of_forensic_reports(ratio: float, words: str) -> None:
    assert in_words(log(ratio)) == words
