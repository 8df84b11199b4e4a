"""`manage.py analyse PATH...`: what the pages show of a photo, without queue or database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ml import decode, registry
from ml.analysis.pipeline import AnalyseInputs, AnalyseOptions, analyse
from ml.contracts import EMBEDDING
from ml.errors import MLError
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Policy, Sensitive
from ml.types import Reading, Report
from ml.weights import Weights
from webapp.jobs import plan

SUFFIXES = {extension for _, extension in decode.FORMATS.values()} | {".jpeg", ".tif", ".heif"}
STOPPED = 130  # what shells expect of a program stopped by Ctrl-C


class Command(BaseCommand):
    help = "Analyse photos: files, or folders with all photos below them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one report a line (JSON Lines)")
        output.add_argument("--draw", type=Path, metavar="DIR", help="write annotated JPEGs there")
        parser.add_argument("--tasks", help="comma-separated, e.g. detection,pose; default: all")
        parser.add_argument(
            "--sensitive", action="store_true", help="also read age, gender and expression"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        models = planned(options["tasks"], sensitive=options["sensitive"])
        if options["draw"]:
            options["draw"].mkdir(parents=True, exist_ok=True)
        context = Context(Pool(Weights(settings.WEIGHTS_DIR)))
        failed = 0
        try:
            for path in photos(options["paths"]):
                failed += not self.one(path, models, context, options)
        except KeyboardInterrupt:
            self.stderr.write("Stopped.")
            sys.exit(STOPPED)
        if failed:
            sys.exit(1)

    def one(
        self, path: Path, models: tuple[str, ...], context: Context, options: dict[str, Any]
    ) -> bool:
        """Analyse one photo and say what was found; False when it could not be read."""
        try:
            report = analyse(AnalyseOptions(), AnalyseInputs(path, models), context)
            drawn = draw(path, report, options["draw"]) if options["draw"] else None
        except (MLError, OSError) as error:
            sentence = error.strerror if isinstance(error, OSError) else None
            self.failed(path, sentence or str(error), as_json=options["json"])
            return False
        if options["json"]:
            self.line({"path": str(path), **report.to_json()})
        else:
            self.stdout.write(table(path, report) + (f"  drawn: {drawn}\n" if drawn else ""))
        return True

    def failed(self, path: Path, sentence: str, *, as_json: bool) -> None:
        if as_json:
            self.line({"path": str(path), "error": sentence})
        else:
            self.stderr.write(f"{path}: {sentence}")

    def line(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))
        self.stdout.flush()


def planned(tasks: str | None, *, sensitive: bool) -> tuple[str, ...]:
    """Names of the models to run. Embeddings are made only when their task is named.

    Raises:
        CommandError: a task is unknown, sensitive without the flag, or not installed.
    """
    asked = tuple(task.strip() for task in tasks.split(",")) if tasks else ()
    weights = Weights(settings.WEIGHTS_DIR)
    installed = frozenset(card.name for card in registry.cards() if weights.has(card.weights))
    policy = Policy(
        installed=installed,
        sensitive=frozenset(Sensitive) if sensitive else frozenset(),
        forbidden=frozenset() if EMBEDDING.name in asked else frozenset({EMBEDDING.name}),
    )
    try:
        models = plan.resolve(asked, policy).names
    except LookupError as error:
        raise CommandError(str(error)) from None
    found = {registry.get(name).card.task.name for name in models}
    for task in asked or ("detection",):
        if task not in found:
            raise CommandError(missing(task, sensitive=sensitive))
    return models


def missing(task: str, *, sensitive: bool) -> str:
    """Why no model may read this."""
    cards = [card for card in registry.cards() if card.task.name == task]
    if not sensitive and all(card.sensitive for card in cards):
        return f"{cards[0].task.title} is sensitive: add --sensitive to read it."
    return f"No model for {task} is installed. Run: python manage.py models fetch"


def photos(paths: list[Path]) -> Iterator[Path]:
    """Files as they were named; of folders, all photos below them by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def draw(path: Path, report: Report, folder: Path) -> Path:
    """Write the photo with its marks into the folder, under a name of its own."""
    out, number = folder / f"{path.stem}.jpg", 1
    while out.exists():
        number += 1
        out = folder / f"{path.stem}-{number}.jpg"
    decode.annotated(path, report.marks, report.faces, out)
    return out


def table(path: Path, report: Report) -> str:
    """The report for people: a line for the photo, one a face, one a reading."""
    width, height = report.size
    count = len(report.faces)
    seconds = sum(run.seconds for run in report.runs)
    faces = f"{count} face{'' if count == 1 else 's'}" if count else "no faces"
    lines = [f"{path}  {width} x {height}  {faces}  {seconds:.2f} s"]
    lines += [f"  {said(r)}" for r in report.readings if r.face is None]
    for index, face in enumerate(report.faces):
        box = face.box
        place = f"at {box.left:.0f},{box.top:.0f}, {box.width:.0f} x {box.height:.0f} pixels"
        lines.append(f"  face {index + 1}  {place}  score {face.score:.2f}")
        lines += [f"    {said(r)}" for r in report.readings if r.face == index]
    return "\n".join(lines) + "\n"


def said(reading: Reading) -> str:
    """One reading in words: "apparent age  31.4 years (24.2 to 39.0)"."""
    if reading.value is None:
        return f"{reading.name:<26}not measured: {reading.note}"
    text = f"{reading.name:<26}{reading.value} {reading.unit}".rstrip()
    if reading.interval:
        text += " ({} to {})".format(*reading.interval)
    return text if reading.score is None else f"{text}  {reading.score:.2f}"
