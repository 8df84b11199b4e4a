"""How the benchmark of enrolling portraits counts, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ml.evaluation.benchmarks.views import (
    ALONE,
    ASIDE,
    MEAN,
    NEAREST,
    Enrolled,
    chosen,
    enrolled,
    measured,
    sides,
    similar,
)
from ml.evaluation.readers.samples import REPORTED, Sample, half

NAN = float("nan")


def sample(person: str, number: int) -> Sample[None]:
    return Sample(f"{person}/{number}", Path("x"), None, person)


def told(views: list[list[list[float]]]) -> Enrolled:
    """Two people at 0 and 10, who are searched for at 4 and 9."""
    return Enrolled(
        np.array([[0.0], [10.0]]), np.array(views), np.array([[4.0], [9.0]]), ("a", "b"),
        np.array([0, 1]),
    )  # fmt: skip


def test_a_photo_is_compared_alone_by_the_mean_or_by_the_nearest() -> None:
    seen = told([[[4.0], [2.0]], [[NAN], [NAN]]])
    assert similar(seen, ALONE).tolist() == [[-4, -9], [-6, -1]]
    assert similar(seen, MEAN).tolist() == [[-2, -7], [-6, -1]]
    assert similar(seen, NEAREST).tolist() == [[0, -5], [-6, -1]]


def test_a_photo_that_is_not_read_matches_nobody() -> None:
    seen = told([[[NAN]], [[NAN]]])
    blind = Enrolled(seen.photos, seen.views, np.array([[NAN], [9.0]]), seen.people, seen.who)
    assert similar(blind, NEAREST)[:, 0].tolist() == [-np.inf, -np.inf]
    assert measured(blind, []).skipped == 1


def test_portraits_gain_what_they_bring_nearer_and_people_count_by_their_weight() -> None:
    seen = told([[[4.0]], [[NAN]]])
    # Strangers come within 6 of each other: 4 alone is within that, and so is everything.
    scores = measured(seen, []).score(np.ones(2))
    assert scores["tar_alone"] == scores["tar_nearest"] == 1 and scores["gain_mean"] == 0
    near = Enrolled(seen.photos, seen.views, np.array([[4.0], [2.0]]), seen.people, seen.who)
    scores = measured(near, []).score(np.array([1.0, 1.0]))
    assert scores["tar_alone"] == 0 and scores["tar_nearest"] == 0.5
    assert scores["gain_nearest"] == 0.5
    assert measured(near, []).score(np.array([3.0, 1.0]))["tar_nearest"] == 0.75


def test_the_photo_most_from_in_front_is_enrolled_and_those_from_aside_search() -> None:
    photos = [sample("a", number) for number in range(4)]
    yaws = {"a/0": 30.0, "a/1": -3.0, "a/2": 8.0, "a/3": None}
    seen = {name: {"yaw": yaw} for name, yaw in yaws.items()}
    found = sides(photos, seen)
    assert found is not None
    assert found[0].name == "a/1" and [one.name for one in found[1]] == ["a/0"]
    seen["a/0"]["yaw"] = ASIDE - 1
    assert sides(photos, seen) is None


def test_a_person_without_portraits_keeps_the_photo() -> None:
    pairs = {"a": (sample("a", 0), [sample("a", 1)]), "b": (sample("b", 0), [sample("b", 1)])}
    seen = {name: {"vectors": {"m": [1.0, 2.0]}} for name in ("a/0", "a/1", "b/0", "b/1")}
    seen["b/1"] = {"vectors": {}}
    seen |= {"a/0 turned": {"views": [{"m": [3.0, 4.0]}] * 4}, "b/0 turned": {"views": []}}
    made = enrolled("m", pairs, seen)
    assert made.views.shape == (2, 4, 2) and np.isnan(made.views[1]).all()
    assert np.isnan(made.probes[1]).all() and made.who.tolist() == [0, 1]


def test_the_same_people_are_chosen_each_time() -> None:
    everyone = [sample(str(n), m) for n in range(40) for m in range(1 + n % 3)]
    some = chosen(everyone, 5)
    assert len(some) == 5 and all(half(name) == REPORTED for name in some)
    assert all(len(photos) > 1 for photos in some.values())
    assert list(chosen(everyone, 3)) == list(some)[:3]
