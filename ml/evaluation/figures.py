"""What a model's card says of a result: main figures, and how groups of people fare."""

from __future__ import annotations

from math import isfinite

from ml.evaluation import measuring
from ml.evaluation.results import Result, Value
from ml.registry import Figure

UNITS = {"years": "years", "degrees": "degrees", "milliseconds": "ms"}


def figures(result: Result) -> tuple[Figure, ...]:
    """The benchmark's figures for cards, then a line for each way of telling people apart, the
    worst group named."""
    benchmark = measuring.get(result.task)
    told = [name for name in benchmark.on_card or (benchmark.main,) if name in result.metrics]
    data = f"{result.data}, {result.n:,} {benchmark.asked}, {result.skipped:,} not read"
    lines = [(words(name), value(name, result.metrics[name], benchmark.unit)) for name in told]
    for by in dict.fromkeys(group.by for group in result.groups):
        lines.append((f"{words(benchmark.main)} by {by}", by_group(result, by, benchmark.unit)))
    return tuple(Figure(name, said, data, result.date[:10], result.command) for name, said in lines)


def words(metric: str) -> str:
    """ "tar_at_far_1e-3" as "TAR at FAR 1e-3" """
    for short in ("tar", "far", "mae", "ece", "nme", "ap", "fnir", "fpir", "f1"):
        metric = "_".join(short.upper() if part == short else part for part in metric.split("_"))
    return metric.replace("_", " ")


def value(metric: str, found: Value, unit: str) -> str:
    """ "98.7 % (98.1 to 99.2)", "7.0 years (6.6 to 7.4)" """
    named = UNITS.get(unit, "") if metric.startswith(("mae", "milliseconds")) else "%"
    if not named:
        return f"{found.value:.4g} ({found.low:.4g} to {found.high:.4g})"
    at, low, high = (number(one, named) for one in (found.value, found.low, found.high))
    return f"{at} {named} ({low} to {high})"


def number(one: float, unit: str) -> str:
    return f"{100 * one:.1f}" if unit == "%" else f"{one:.1f}"


def by_group(result: Result, by: str, unit: str) -> str:
    """ "asian 80.1 % (worst), indian 86.2 %": each group by the main metric, the worst marked."""
    parts = []
    for group in (one for one in result.groups if one.by == by):
        found = group.metrics.get(result.main)
        if found is None or not isfinite(found.value):
            continue
        worst = " (worst)" if result.worst.get(by) == group.label else ""
        short = value(result.main, found, unit).partition(" (")[0]
        parts.append(f"{group.label} {short}{worst}")
    return ", ".join(parts)
