"""`manage.py evaluate TASK --data DIR`: what models are worth on labelled data, without queue or
database. The last line of standard output is one JSON object of metrics under flat names."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ml import registry
from ml.errors import MLError
from ml.evaluation import measuring, results, running, sheets
from ml.evaluation.measuring import Benchmark, Setting
from ml.evaluation.running import Run
from ml.pool import Pool
from ml.weights import Weights

STOPPED = 130


class Command(BaseCommand):
    help = "Measure models on labelled data: evaluate --list names the tasks and what they read."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", nargs="?", metavar="TASK")
        parser.add_argument("--list", action="store_true", help="every task, and what it reads")
        parser.add_argument("--data", type=Path, metavar="DIR", help="the labelled data")
        parser.add_argument("--models", default="", metavar="A,B", help="default: the best one")
        parser.add_argument("--out", type=Path, metavar="DIR", help="JSON, Markdown and SVG there")
        parser.add_argument("--limit", type=int, metavar="N", help="a part, always the same one")
        parser.add_argument("--seed", type=int, default=0, metavar="S")
        parser.add_argument(
            "--keep", type=Path, metavar="DIR", help="finished parts of long tasks, to go on with"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        measuring.discover()
        if options["list"]:
            for benchmark in measuring.benchmarks():
                self.stdout.write(described(benchmark))
            return
        if options["task"] is None or options["data"] is None:
            raise CommandError("Name a task and its data: evaluate TASK --data DIR, or --list.")
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError("--limit is a number of samples, at least 1.")
        try:
            runs = self.run(options)
        except LookupError as error:
            raise CommandError(error.args[0]) from None
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped; nothing was written.", returncode=STOPPED) from None
        self.told(runs, options["out"])

    def run(self, options: dict[str, Any]) -> list[Run]:
        benchmark = measuring.get(options["task"])
        pool = Pool(Weights(settings.WEIGHTS_DIR))
        names = tuple(name.strip() for name in options["models"].split(",") if name.strip())
        models = running.chosen(benchmark, names, pool.weights)
        if options["keep"] is not None:
            options["keep"].mkdir(parents=True, exist_ok=True)
        setting = Setting(
            options["data"], models, pool, options["limit"], options["seed"], self.progress,
            options["keep"],
        )  # fmt: skip
        return running.run(benchmark, setting, command(benchmark, models, options))

    def progress(self, done: int, total: int, message: str = "") -> None:
        """A line that is written over, where somebody looks."""
        if self.stderr.isatty() and (done % 20 == 0 or done == total):
            end = "\n" if done == total else ""
            self.stderr.write(f"\r{message}: {done:,} of {total:,}", ending=end)
            self.stderr.flush()

    def told(self, runs: list[Run], out: Path | None) -> None:
        """Keep the results for the page of evaluations, write them where asked, and say them."""
        for folder in (settings.DATA_DIR / "evaluations", out):
            if folder is not None:
                for run in runs:
                    results.written(run.result, folder)
        if out is not None:
            sheets.written(runs, out)
        self.stdout.write(sheets.sheet(runs))
        self.stdout.write(json.dumps(flat(runs), ensure_ascii=False))


def described(benchmark: Benchmark) -> str:
    """What a task measures, on what, and by which models."""
    cards = [card.name for card in registry.cards() if benchmark.measures(card.task)]
    models = ", ".join(cards) or "no model reads this yet"
    return (
        f"{benchmark.name:<16}{benchmark.title}: {', '.join(benchmark.metrics)}\n"
        f"{'':<16}models: {models}\n{'':<16}data: {benchmark.reads}"
    )


def command(benchmark: Benchmark, models: tuple[str, ...], options: dict[str, Any]) -> str:
    """What to type for the same figures, with the data folder's name only."""
    words = ["manage.py", "evaluate", benchmark.name, "--data", options["data"].resolve().name]
    words += ["--models", ",".join(models), "--seed", str(options["seed"])]
    words += ["--limit", str(options["limit"])] if options["limit"] else []
    return shlex.join(words)


def flat(runs: list[Run]) -> dict[str, float | int | None]:
    """The first model's metrics; those of others as MODEL.METRIC, and what the first is less each
    other one as MODEL.difference.METRIC with its p."""
    first, *others = (run.result for run in runs)
    found = first.flat
    for other in others:
        found |= {f"{other.model}.{name}": value for name, value in other.flat.items()}
    for one in first.differences:
        for name, value in one.metrics.items():
            key = f"{one.other}.difference.{name}"
            found[key], found[f"{key}_low"], found[f"{key}_high"] = value.to_json()
            found[f"{key}_p"] = one.p[name]
    return found
