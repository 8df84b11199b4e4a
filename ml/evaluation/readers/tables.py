"""Reads tables and checks them, telling file and line of what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from ml.evaluation.readers.samples import BadData


class Row:
    """A line of a table, with where it stands."""

    def __init__(self, file: Path, line: int, values: dict[str, str]) -> None:
        self.file, self.line, self.values = file, line, values

    def wrong(self, sentence: str) -> BadData:
        """The error that tells this place."""
        return BadData(f"{self.file.name}, line {self.line}: {sentence}")

    def text(self, column: str, allowed: Collection[str] | None = None) -> str:
        """The value. Raises BadData when it is empty or none of those allowed."""
        value = self.values[column]
        if not value:
            raise self.wrong(f"{column} is empty.")
        if allowed is not None and value not in allowed:
            raise self.wrong(f"{column} is {value!r}, not one of {', '.join(sorted(allowed))}.")
        return value

    def number(self, column: str, low: float = -1e9, high: float = 1e9) -> float:
        """The value as a number. Raises BadData when it is none, or outside low..high."""
        value = self.values[column]
        try:
            found = float(value)
        except ValueError:
            raise self.wrong(f"{column} is {value!r}, not a number.") from None
        if not low <= found <= high:
            raise self.wrong(f"{column} is {value}, not between {low:g} and {high:g}.")
        return found

    def get(self, column: str) -> str:
        """The value, "" where the column is missing."""
        return self.values.get(column, "")


def rows(file: Path, needs: Collection[str] = ()) -> list[Row]:
    """The lines of a CSV file with a header. A column's name is what stands before a bracket:
    "gender(0 male,1 female)" is "gender".

    Raises:
        BadData: a needed column is missing, or a line has too few or too many values.
    """
    with file.open(newline="", encoding="utf-8-sig") as opened:
        reader = csv.reader(opened)
        header = [name.partition("(")[0].strip().lower() for name in next(reader, [])]
        missing = sorted(set(needs) - set(header))
        if missing:
            raise BadData(f"{file.name} has no column {', '.join(missing)}.")
        return list(_rows(file, header, reader))


def _rows(file: Path, header: list[str], reader: Iterator[list[str]]) -> Iterator[Row]:
    for line, values in enumerate(reader, start=2):
        if not values:
            continue
        if len(values) != len(header):
            raise BadData(
                f"{file.name}, line {line}: {len(values)} values for {len(header)} columns."
            )
        yield Row(file, line, dict(zip(header, (value.strip() for value in values), strict=True)))


def header(file: Path) -> set[str]:
    """The columns of a CSV file."""
    with file.open(newline="", encoding="utf-8-sig") as opened:
        first = next(csv.reader(opened), [])
    return {name.partition("(")[0].strip().lower() for name in first}


def csv_with(folder: Path, *columns: str) -> Path | None:
    """The first CSV file right in the folder that has all those columns."""
    return next(
        (file for file in sorted(folder.glob("*.csv")) if set(columns) <= header(file)), None
    )


def words(file: Path) -> list[tuple[int, list[str]]]:
    """The lines of a text file that are not empty, as numbers from 1 and words."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [(number, line.split()) for number, line in enumerate(lines, start=1) if line.strip()]
