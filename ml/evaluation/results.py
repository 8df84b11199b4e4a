"""A measurement with all it takes to believe it: figures, intervals, how they came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path
from typing import Any, Self

from ml.evaluation.plots import Grid

VERSION = 1


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and its 95 % interval; nan where the data cannot give one."""

    value: float
    low: float = nan
    high: float = nan

    def to_json(self) -> list[float | None]:
        return [
            round(one, 6) if isfinite(one) else None for one in (self.value, self.low, self.high)
        ]

    @classmethod
    def from_json(cls, data: list[float | None]) -> Self:
        return cls(*(nan if one is None else one for one in data))


Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Group:
    """The same figures for some of the people. by: what tells them apart; n: samples."""

    by: str
    label: str
    n: int
    metrics: Values


@dataclass(frozen=True, slots=True)
class Difference:
    """This model less another on the same samples, drawn together. p: two-sided, by metric."""

    other: str
    metrics: Values
    p: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Used:
    """A model that took part: the one measured first, then those it needs."""

    name: str
    digest: str
    recipe: int


@dataclass(frozen=True, slots=True)
class Result:
    """How one model did in one benchmark.

    main: the metric that models are ranked by; unit: of it. n: what was asked; skipped: how many
    of them got no answer, which is an error. counts: other whole numbers. worst: what tells people
    apart -> the label of the group that fares worst by `main`. data: the folder's name;
    data_digest: of the photos and what is said of them. limit: None when all of it was used.
    machine: processor, cores, system, versions. grids: tables of counts (confusions).
    """

    task: str
    title: str
    model: str
    main: str
    unit: str
    lower_is_better: bool
    models: tuple[Used, ...]
    data: str
    data_digest: str
    limit: int | None
    seed: int
    draws: int
    n: int
    skipped: int
    metrics: Values
    counts: Mapping[str, int]
    groups: tuple[Group, ...]
    worst: Mapping[str, str]
    date: str
    seconds: float
    commit: str
    machine: Mapping[str, str | int]
    command: str
    differences: tuple[Difference, ...] = field(default=())
    grids: tuple[Grid, ...] = field(default=())

    @property
    def flat(self) -> dict[str, float | int | None]:
        """The metrics under flat names: each with its interval as NAME_low and NAME_high."""
        found: dict[str, float | int | None] = {"n": self.n, "skipped": self.skipped, **self.counts}
        for name, value in self.metrics.items():
            found[name], found[f"{name}_low"], found[f"{name}_high"] = value.to_json()
        return found

    @property
    def headline(self) -> Value:
        return self.metrics[self.main]

    def to_json(self) -> dict[str, Any]:
        data = {slot: getattr(self, slot) for slot in self.__slots__}
        return data | {
            "version": VERSION,
            "models": [{s: getattr(one, s) for s in Used.__slots__} for one in self.models],
            "metrics": _values(self.metrics),
            "groups": [
                {"by": g.by, "label": g.label, "n": g.n, "metrics": _values(g.metrics)}
                for g in self.groups
            ],
            "differences": [
                {"other": d.other, "metrics": _values(d.metrics), "p": dict(d.p)}
                for d in self.differences
            ],
            "grids": [{s: getattr(one, s) for s in Grid.__slots__} for one in self.grids],
            "counts": dict(self.counts),
            "worst": dict(self.worst),
            "machine": dict(self.machine),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        # The first results were written without grids.
        changed: dict[str, Any] = {
            "models": tuple(Used(**one) for one in data["models"]),
            "metrics": _from(data["metrics"]),
            "groups": tuple(
                Group(g["by"], g["label"], g["n"], _from(g["metrics"])) for g in data["groups"]
            ),
            "grids": tuple(Grid(**one) for one in data.get("grids", ())),
            "differences": tuple(
                Difference(d["other"], _from(d["metrics"]), d["p"]) for d in data["differences"]
            ),
        }
        return cls(**{slot: data[slot] for slot in cls.__slots__ if slot in data} | changed)


def _values(values: Values) -> dict[str, list[float | None]]:
    return {name: value.to_json() for name, value in values.items()}


def _from(data: dict[str, list[float | None]]) -> dict[str, Value]:
    return {name: Value.from_json(value) for name, value in data.items()}


def written(result: Result, folder: Path) -> Path:
    """The result as JSON in a folder, under a name of its own that sorts by date."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{result.date[:10]}-{result.task}-{result.model}"
    path, number = folder / f"{stem}.json", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.json"
    path.write_text(json.dumps(result.to_json(), indent=1, ensure_ascii=False) + "\n")
    return path


def read(path: Path) -> Result:
    """The result that `written` wrote."""
    return Result.from_json(json.loads(path.read_text()))
