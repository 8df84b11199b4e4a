"""What a benchmark is, and what one gives."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import MLError
from ml.evaluation.plots import Plot
from ml.evaluation.readers.samples import Sample
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.registry import Task

Floats = NDArray[np.float64]


class NoModel(MLError):
    """No model that could be measured is registered or installed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured, on what. models: of the benchmark's task, to be measured one by one.

    limit: at most so many samples, always the same ones; None: all. seed: of every random choice.
    keep: a folder where a long benchmark keeps finished parts, and takes them from when it is run
    again by the same code; None: nowhere.
    """

    data: Path
    models: tuple[str, ...]
    pool: Pool
    limit: int | None = None
    seed: int = 0
    progress: Progress = silent
    keep: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """How one model did on all samples.

    identities: of each sample, whose it is; samples of one person are drawn together.
    score: from how often each sample counts to the metrics, by their flat names; a metric that
        those samples cannot give is nan.
    n: what was asked, in words of the benchmark (faces, pairs ...); skipped: how many of the
        samples' photos gave no answer; they are errors, and in n.
    groups: what people are told apart by -> the label of each sample ("": unknown).
    counts: what else there is to say in whole numbers. samples, labels: what was measured on.
    """

    identities: tuple[str, ...]
    score: Callable[[Floats], Mapping[str, float]]
    n: int
    skipped: int
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    plots: tuple[Plot, ...] = ()
    samples: Sequence[Sample[Any]] = ()
    labels: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A question put to every model of a task.

    name: a slug. asks: the task, or the group of tasks, whose models are measured. beside: further
    tasks whose models are; then all that are installed are measured where none is named. metrics:
    their flat names, the one that models are ranked by first; those of a benchmark with open lists
    end in "*".
    lower_is_better: of the first. reads: the layouts of data it understands, for people.
    unit: of the first metric: "share" (0..1), "years", "degrees", "milliseconds".
    by_group: further metrics that are told group by group. on_card: those told on a model's card,
    in its words (none named: the first). asked: what n counts.
    """

    name: str
    title: str
    asks: str
    metrics: tuple[str, ...]
    reads: str
    run: Callable[[Setting], Mapping[str, Measured]]
    lower_is_better: bool = False
    unit: str = "share"
    by_group: tuple[str, ...] = ()
    on_card: Mapping[str, str] = field(default_factory=dict)
    asked: str = "faces"
    beside: tuple[str, ...] = ()

    def measures(self, task: Task[object]) -> bool:
        """Whether the models of a task are measured."""
        return self.asks in (task.name, task.group) or task.name in self.beside

    @property
    def main(self) -> str:
        return self.metrics[0]


_benchmarks: dict[str, Benchmark] = {}


def register(benchmark: Benchmark) -> Benchmark:
    if benchmark.name in _benchmarks:
        raise ValueError(f"Two benchmarks are named {benchmark.name!r}.")
    _benchmarks[benchmark.name] = benchmark
    return benchmark


def discover() -> None:
    """Import every benchmark beside this file."""
    package: Any = importlib.import_module("ml.evaluation.benchmarks")
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(info.name)


def get(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        LookupError: there is none.
    """
    try:
        return _benchmarks[name]
    except KeyError:
        there = ", ".join(sorted(_benchmarks))
        raise LookupError(f"No task is named {name!r}; there are {there}.") from None


def benchmarks() -> list[Benchmark]:
    return sorted(_benchmarks.values(), key=lambda one: one.name)
