"""Writes a run for people: a Markdown table, and its figures as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from ml.evaluation.results import Group, Result, Value
from ml.evaluation.running import Run


def sheet(runs: Sequence[Run]) -> str:
    """One table of all models, then the groups of each, then differences."""
    first = runs[0].result
    parts = [
        f"# {first.title}: {first.data}",
        f"{first.date}, commit {first.commit}, seed {first.seed}, {first.draws} draws of people, "
        f"`{first.command}`",
        table(
            ["metric", *(run.result.model for run in runs)],
            [[name, *(said(run.result.metrics[name]) for run in runs)] for name in first.metrics],
        ),
        *(told(run.result) for run in runs),
        "In brackets: 95 % intervals. What was skipped is counted as an error.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def told(result: Result) -> str:
    counts = {"n": result.n, "skipped": result.skipped, **result.counts}
    lines = [
        f"## {result.model}",
        ", ".join(f"{name} {count:,}" for name, count in counts.items())
        + f"; {result.seconds:.0f} s; data {result.data_digest[:12]}",
    ]
    for by in dict.fromkeys(group.by for group in result.groups):
        groups = [group for group in result.groups if group.by == by]
        rows = [
            [label(one, result), str(one.n), said(one.metrics.get(result.main))] for one in groups
        ]
        lines.append(table([by, "n", result.main], rows))
    for one in result.differences:
        rows = [[name, said(value), f"{one.p[name]:.3f}"] for name, value in one.metrics.items()]
        lines.append(f"### {result.model} less {one.other}")
        lines.append(table(["metric", "difference", "p"], rows))
    return "\n\n".join(lines)


def label(group: Group, result: Result) -> str:
    worst = result.worst.get(group.by) == group.label
    return f"**{group.label}** (worst)" if worst else group.label


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def said(value: Value | None) -> str:
    """ "0.987 (0.982 to 0.991)" """
    if value is None or not isfinite(value.value):
        return "–"
    if not isfinite(value.low):
        return f"{value.value:.4g}"
    return f"{value.value:.4g} ({value.low:.4g} to {value.high:.4g})"


def written(runs: Sequence[Run], folder: Path) -> None:
    """The sheet and the figures of all runs in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    first = runs[0].result
    (folder / f"{first.date[:10]}-{first.task}.md").write_text(sheet(runs))
    for run in runs:
        for plot in run.plots:
            name = f"{first.date[:10]}-{first.task}-{run.result.model}-{plot.name}.svg"
            (folder / name).write_text(plot.svg())
