"""Intervals come from drawing people, and the same seed draws the same."""

from __future__ import annotations

import numpy as np
import pytest

from ml.evaluation import intervals


def test_samples_of_one_person_are_drawn_together() -> None:
    weights = intervals.drawn(["a", "b", "a", "c"], 50, seed=0)
    assert (weights[:, 0] == weights[:, 2]).all()
    people = weights[:, [0, 1, 3]]
    assert (people.sum(1) == 3).all()


def test_the_same_seed_draws_the_same() -> None:
    one, same, other = (intervals.drawn(list("abcd"), 20, seed) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


def test_an_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(0).normal(size=400)
    weights = intervals.drawn([str(n) for n in range(400)], 2000, seed=0)
    drawn = intervals.scores(lambda w: {"mean": float(w @ values / w.sum())}, weights)
    low, high = intervals.interval(drawn["mean"])
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_copies_of_a_photo_make_no_interval_narrower() -> None:
    values = np.array([0.0, 1.0] * 20)
    people = [str(n) for n in range(40)]

    def width(people: list[str], values: np.ndarray) -> float:
        weights = intervals.drawn(people, 1000, seed=3)
        drawn = intervals.scores(lambda w: {"mean": float(w @ values / w.sum())}, weights)
        low, high = intervals.interval(drawn["mean"])
        return high - low

    alone, often = width(people, values), width(people * 5, np.tile(values, 5))
    assert often == pytest.approx(alone)


def test_p_is_small_only_when_draws_agree() -> None:
    assert intervals.p_value(np.full(999, 0.1)) == pytest.approx(2 / 1000)
    assert intervals.p_value(np.linspace(-1, 1, 1000)) > 0.9
