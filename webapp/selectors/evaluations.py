"""What was measured: by `manage.py evaluate` here, and by the authors before."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from django.conf import settings

from ml.evaluation.results import Result, Value, read

Sides = tuple[Value | None, Value | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A result and the name of its file. here: measured on this installation."""

    name: str
    result: Result
    here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A metric of two results side by side. difference: the second less the first."""

    name: str
    sides: Sides
    difference: float | None
    apart: bool


def folders() -> tuple[Path, Path]:
    """Where results lie: those measured here, and those that come with the code."""
    return settings.DATA_DIR / "evaluations", settings.BASE_DIR / "docs" / "benchmarks"


def kept() -> list[Kept]:
    """All results, newest first; of two files of one name that from here."""
    own, shipped = folders()
    files = {path.stem: (path, False) for path in shipped.glob("*.json")}
    files |= {path.stem: (path, True) for path in own.glob("*.json")}
    found = [Kept(name, read(path), here) for name, (path, here) in files.items()]
    return sorted(found, key=lambda one: (one.result.date, one.name), reverse=True)


def named(name: str) -> Kept:
    """The result of that name.

    Raises:
        LookupError: there is none.
    """
    for one in kept():
        if one.name == name:
            return one
    raise LookupError(f"No result is named {name!r}.")


def side_by_side(one: Result, other: Result) -> list[Line]:
    """Every metric that either has; apart: their 95 % intervals do not touch."""
    names = dict.fromkeys([*one.metrics, *other.metrics])
    return [line(name, (one.metrics.get(name), other.metrics.get(name))) for name in names]


def line(name: str, sides: Sides) -> Line:
    first, second = sides
    if first is None or second is None:
        return Line(name, sides, None, False)
    difference = second.value - first.value
    apart = first.high < second.low or second.high < first.low
    return Line(name, sides, difference if isfinite(difference) else None, apart)


def warnings(one: Result, other: Result) -> list[str]:
    """Why two results may say nothing about each other."""
    found = []
    if one.task != other.task:
        found.append("These are results of different tasks.")
    if one.data_digest != other.data_digest:
        found.append("They were measured on different data: a difference may be the data's.")
    if one.machine != other.machine:
        found.append("They were measured on different machines: times are not to be compared.")
    return found
