"""The same figures group by group, and which group fares worst."""

from __future__ import annotations

from collections.abc import Set
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ml.evaluation import intervals
from ml.evaluation.measuring import Benchmark, Measured
from ml.evaluation.readers.samples import UNKNOWN
from ml.evaluation.results import Group, Value

Floats = NDArray[np.float64]
FEWEST = 30  # in a smaller group the interval says more about luck than about the model
DRAWS = 300


def by_group(
    benchmark: Benchmark, measured: Measured, weights: Floats
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Every group, and of each way to tell people apart the one that fares worst.

    weights: the draws the whole was judged by; a group is judged by the first of them.
    """
    names = {benchmark.main, *benchmark.by_group}
    groups: list[Group] = []
    worst: dict[str, str] = {}
    for by, labels in measured.groups.items():
        known = sorted({label for label in labels if label != UNKNOWN})
        if len(known) < 2:
            continue
        found = [group(names, measured, by, label, weights[:DRAWS]) for label in known]
        groups += found
        last = worst_of(benchmark, found)
        if last:
            worst[by] = last.label
    return tuple(groups), worst


def group(names: Set[str], measured: Measured, by: str, label: str, weights: Floats) -> Group:
    """The named metrics of those people."""
    inside = np.array([one == label for one in measured.groups[by]], np.float64)
    drawn = intervals.scores(measured.score, weights * inside)
    metrics = {
        name: Value(value, *intervals.interval(drawn.get(name, np.array([]))))
        for name, value in measured.score(inside).items()
        if name in names and isfinite(value)
    }
    return Group(by, label, int(inside.sum()), metrics)


def worst_of(benchmark: Benchmark, groups: list[Group]) -> Group | None:
    """The group that fares worst by the benchmark's first metric, of those with enough people."""
    ranked = [one for one in groups if one.n >= FEWEST and benchmark.main in one.metrics]
    if len(ranked) < 2:
        return None
    turn = 1 if benchmark.lower_is_better else -1
    return max(ranked, key=lambda one: turn * one.metrics[benchmark.main].value)
