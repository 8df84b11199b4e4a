"""What a model's card says of a result: main figures, and how groups of people fare."""

from __future__ import annotations

from math import isfinite

from ml import registry
from ml.evaluation import measuring
from ml.evaluation.results import Result, Value
from ml.registry import Figure

# What metrics are counted in by how their names begin; all others are shares.
UNITS = {
    "times": "",
    "mae": "",
    "bias": "",
    "nme": "",
    "edc": "",
    "distance": "",
    "milliseconds": "ms",
}


def figures(result: Result) -> tuple[Figure, ...]:
    """The benchmark's figures for cards, then a line for each way of telling people apart, the
    worst group named."""
    benchmark = measuring.get(result.task)
    told = benchmark.on_card or {benchmark.main: benchmark.main}
    data = f"{result.data}, {result.n:,} {benchmark.asked}, {result.skipped:,} not read"
    if "impostor_pairs" in result.counts:
        data += f", {result.counts['impostor_pairs']:,} pairs of strangers"
    lines = {
        words: value(name, result.metrics[name], benchmark.unit)
        for name, words in told.items()
        if name in result.metrics
    }
    for by in dict.fromkeys(group.by for group in result.groups):
        lines[f"{told[benchmark.main]} by {by}"] = by_group(result, by, benchmark.unit)
    return registry.figures(data, result.date[:10], result.command, lines)


def value(metric: str, found: Value, unit: str) -> str:
    """ "98.7 % (98.1 to 99.2)", "7.0 years (6.6 to 7.4)". unit: of errors, where they have one."""
    counted = UNITS.get(metric.partition("_")[0], "%")
    if metric.startswith("mae") or (counted == "%" and metric.endswith(("_median", "_p90"))):
        counted = unit
    if not counted:
        return f"{found.value:.4g} ({found.low:.4g} to {found.high:.4g})"
    at, low, high = (number(one, counted) for one in (found.value, found.low, found.high))
    return f"{at} {counted} ({low} to {high})"


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
