"""`manage.py models`: what models there are, fetching, verifying, accepting, removing them."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ml.errors import DownloadFailed, MLError, WeightsWrong
from ml.registry import ModelCard
from ml.weights import joined
from ml.weights.fetching import missing
from webapp.management.bar import Bar
from webapp.selectors import models
from webapp.selectors.capabilities import weights
from webapp.services.models import (
    FileState,
    LicenceNotAccepted,
    cards_named,
    model_accept,
    model_fetch,
    models_remove,
    models_verify,
)
from webapp.services.selfchecks import selfcheck_run
from webapp.sizes import megabytes

EXIT_NAME, EXIT_LICENCE = 2, 3


class Command(BaseCommand):
    help = (
        "Lists, fetches, verifies, accepts, removes and tries models. "
        "Exit codes: 0 done, 1 failed, 2 no such model, 3 a licence is to be accepted first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="every model").add_argument("--json", action="store_true")
        fetch = acts.add_parser("fetch", help="install models; without names, the core")
        fetch.add_argument("names", nargs="*", metavar="NAME")
        fetch.add_argument(
            "--from", dest="source", type=Path, metavar="DIR", help="take the files from a folder"
        )
        verify = acts.add_parser("verify", help="read installed files again")
        verify.add_argument("names", nargs="*", metavar="NAME")
        check = acts.add_parser("selfcheck", help="run a model on a photo that is known")
        check.add_argument("name", metavar="NAME")
        for act, what in (
            ("accept", "accept the licences of models by name"),
            ("remove", "delete the files of models"),
        ):
            acts.add_parser(act, help=what).add_argument("names", nargs="+", metavar="NAME")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            getattr(self, f"_{act}")(options)
        except LookupError as error:
            raise CommandError(error.args[0], returncode=EXIT_NAME) from None
        except LicenceNotAccepted as error:
            raise CommandError(str(error), returncode=EXIT_LICENCE) from None
        except MLError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was finished stays.", returncode=130) from None

    def _list(self, options: dict[str, Any]) -> None:
        rows = models.rows()
        if options["json"]:
            self.stdout.write(json.dumps([row.to_json() for row in rows], indent=1))
            return
        head = ("NAME", "TASK", "INSTALLED", "DOWNLOAD", "CODE", "WEIGHTS", "COMMERCIAL USE")
        self._table([head, *map(_cells, rows)])

    def _fetch(self, options: dict[str, Any]) -> None:
        source = options["source"]
        if source is not None and not source.is_dir():
            raise CommandError(f"{source} is no folder.")
        cards = cards_named(names=options["names"], given=source is not None)
        if not options["names"]:
            self._left_out(cards)
        wanted = [card for card in cards if not weights().has(card.weights)]
        if not wanted:
            self.stdout.write(f"{_count(len(cards))} installed, nothing to fetch.")
            return
        if source is None:
            parts = missing(weights(), [s for card in wanted for s in card.weights])
            total = sum(part.download for part in parts)
            self.stdout.write(f"Fetching {_count(len(wanted))}, {megabytes(total)} to download:")
        self._table([("  " + c, *rest) for c, *rest in map(_licences, wanted)])
        try:
            with Bar(self.stdout, sys.stdout.isatty()) as bar:
                model_fetch(names=options["names"], progress=bar, source=source)
        except (DownloadFailed, WeightsWrong) as error:
            if options["names"] or any(map(_indispensable, wanted)):
                raise
            absent = [card for card in wanted if not weights().has(card.weights)]
            self.stdout.write(f"{error}\nProsopa works without: {_titles(absent)}.")
            return
        size = weights().size(joined(s for card in wanted for s in card.weights))
        self.stdout.write(
            f"{_count(len(wanted))} installed in {weights().folder}: {megabytes(size)}."
        )

    def _left_out(self, cards: list[ModelCard]) -> None:
        """Say which models of the core have to stay away where there is no npm."""
        rows = [row for row in models.rows() if row.core and row.card not in cards]
        if absent := [row.card for row in rows if not row.installed]:
            self.stdout.write(
                f"Without npm (Debian: apt install npm) these are not fetched: {_titles(absent)}."
            )

    def _verify(self, options: dict[str, Any]) -> None:
        verdicts = models_verify(names=options["names"])
        bad = [verdict for verdict in verdicts if verdict.state is not FileState.RIGHT]
        for verdict in verdicts:
            self.stdout.write(f"{verdict.state:8}{verdict.model}  {Path(verdict.file.name).name}")
        if bad:
            names = " ".join(sorted({verdict.model for verdict in bad}))
            raise CommandError(
                f"{len(bad)} of {len(verdicts)} files are wrong or missing. Run: python manage.py "
                f"models remove {names}, then: python manage.py models fetch {names}"
            )
        self.stdout.write(f"All {len(verdicts)} files are right.")

    def _selfcheck(self, options: dict[str, Any]) -> None:
        verdict = selfcheck_run(name=options["name"])
        for line in verdict.lines:
            word = "PASS" if line.passed else "FAIL"
            self.stdout.write(f"{word}  {line.asked}  {line.said}  (expected: {line.expected})")
        if not verdict.passed:
            raise CommandError("FAIL")
        self.stdout.write(f"PASS, {verdict.seconds} seconds")

    def _accept(self, options: dict[str, Any]) -> None:
        for card in cards_named(names=options["names"]):
            self.stdout.write(f"{card.name}: {card.weights_licence}")
            model_accept(name=card.name, by=None)
        self.stdout.write(f"Accepted for {_count(len(options['names']))}.")

    def _remove(self, options: dict[str, Any]) -> None:
        cards = cards_named(names=options["names"])
        sharing = models_remove(names=options["names"], by=None)
        there = [card.name for card in cards if card.weights and models.row(card.name).installed]
        if gone := [card.name for card in cards if card.name not in there]:
            kept = f" Files that {', '.join(sharing)} read too stay." if sharing else ""
            self.stdout.write(f"Removed {', '.join(gone)}.{kept}")
        if there:
            raise CommandError(
                f"{', '.join(there)} cannot be removed alone: {', '.join(sharing)} read the same "
                "files. Name these too."
            )

    def _table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _cells(row: models.ModelRow) -> tuple[str, ...]:
    card = row.card
    use = card.commercial_use.value + (", accepted" if row.accepted else "")
    installed = megabytes(row.size) if row.installed else "no"
    download = megabytes(row.download) if row.download else "-"
    return (
        card.name,
        card.task.name,
        installed,
        download,
        card.code_licence,
        card.weights_licence,
        use,
    )


def _licences(card: ModelCard) -> tuple[str, ...]:
    row = models.row(card.name)
    return (
        card.name,
        megabytes(row.download) if row.download else "from you",
        f"code {card.code_licence}",
        f"weights {card.weights_licence}",
        f"commercial use: {card.commercial_use.value}",
    )


def _indispensable(card: ModelCard) -> bool:
    """Whether Prosopa does not start without it, and it is still not here."""
    return not models.needs_npm(card) and not weights().has(card.weights)


def _titles(cards: list[ModelCard]) -> str:
    return ", ".join(card.title for card in cards)


def _count(number: int) -> str:
    return "1 model" if number == 1 else f"{number} models"
