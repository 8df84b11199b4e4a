"""Runs a benchmark: every model asked for, its intervals, its groups, its differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.evaluation import bias, intervals, provenance
from ml.evaluation.looking import installed
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting
from ml.evaluation.plots import Grid, Plot
from ml.evaluation.results import Difference, Result, Value
from ml.weights import Weights

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A model's result and its figures to look at."""

    result: Result
    plots: tuple[Plot, ...]


def chosen(benchmark: Benchmark, names: Sequence[str], weights: Weights) -> tuple[str, ...]:
    """The models to measure: those named, else the default one of the task, or of a group of
    tasks the default one of each, or of several tasks all that are installed.

    Raises:
        NoModel: none is registered, named so, of this task, or installed.
    """
    cards = {card.name: card for card in registry.cards() if benchmark.measures(card.task)}
    if not cards:
        raise NoModel(f"No model reads this yet: nothing here is of the task {benchmark.asks}.")
    for name in names:
        if names.count(name) > 1:
            raise NoModel(f"{name} is named twice: it would be compared with itself.")
        if name not in cards:
            there = ", ".join(sorted(cards))
            raise NoModel(f"{name!r} is no model for {benchmark.asks}; there are {there}.")
    here = installed(weights)
    asked = {card.task for card in cards.values()}
    defaults = [card.name for task in asked if (card := registry.best(task, here))]
    if benchmark.beside:
        defaults = [card.name for card in cards.values() if here.allows(card)]
    for name in names or sorted(defaults) or list(cards)[:1]:
        if not here.allows(cards[name]):
            raise NoModel(f"{name} is not installed. Run: python manage.py models fetch {name}")
    return tuple(names) or tuple(sorted(defaults))


def run(
    benchmark: Benchmark, setting: Setting, command: str, draws: int = intervals.DRAWS
) -> list[Run]:
    """A run a model, in the order they were named; each later one less the first.

    Raises:
        BadData: what is wrong with the data.
    """
    began, date = perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    measured = benchmark.run(setting)
    spent = (perf_counter() - began) / len(measured)
    first = next(iter(measured.values()))
    weights = intervals.drawn(first.identities, draws, setting.seed)
    drawn = {name: intervals.scores(one.score, weights) for name, one in measured.items()}
    alike = shared(benchmark, setting, first) | {"draws": draws, "date": date, "command": command}
    runs = []
    for name, one in measured.items():
        began = perf_counter()
        groups, worst = bias.by_group(benchmark, one, weights)
        result = Result(
            **alike,
            model=name,
            models=provenance.used(name, setting.pool.weights),
            n=one.n,
            skipped=one.skipped,
            metrics=values(one, drawn[name]),
            counts=one.counts,
            groups=groups,
            worst=worst,
            seconds=round(spent + perf_counter() - began, 1),
            grids=tuple(plot for plot in one.plots if isinstance(plot, Grid)),
        )
        runs.append(Run(result, one.plots))
    return compared(runs, measured, drawn)


def shared(benchmark: Benchmark, setting: Setting, first: Measured) -> dict[str, Any]:
    """What the results of all models that are run together say alike."""
    return {
        "task": benchmark.name,
        "title": benchmark.title,
        "main": benchmark.main,
        "unit": benchmark.unit,
        "lower_is_better": benchmark.lower_is_better,
        "data": setting.data.resolve().name,
        "data_digest": provenance.digest(first.samples, first.labels),
        "limit": setting.limit,
        "seed": setting.seed,
        "machine": provenance.machine(),
        "commit": provenance.commit(),
    }


def values(measured: Measured, drawn: Mapping[str, Floats]) -> dict[str, Value]:
    """Every metric with its interval."""
    whole = measured.score(np.ones(len(measured.identities)))
    return {
        name: Value(value, *intervals.interval(drawn.get(name, np.array([]))))
        for name, value in whole.items()
    }


def compared(
    runs: list[Run], measured: Mapping[str, Measured], drawn: Mapping[str, Mapping[str, Floats]]
) -> list[Run]:
    """The runs, the first with its difference to each other one."""
    if len(runs) == 1:
        return runs
    first, *others = runs
    found = tuple(difference(first.result, other.result, drawn) for other in others)
    return [replace(first, result=replace(first.result, differences=found)), *others]


def difference(one: Result, other: Result, drawn: Mapping[str, Mapping[str, Floats]]) -> Difference:
    """Both drew the same people, so each draw has one difference."""
    metrics, p = {}, {}
    for name in one.metrics:
        apart = drawn[one.model][name] - drawn[other.model][name]
        value = one.metrics[name].value - other.metrics[name].value
        metrics[name] = Value(value, *intervals.interval(apart))
        p[name] = round(intervals.p_value(apart), 6)
    return Difference(other.model, metrics, p)
