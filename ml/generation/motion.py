"""Reads how a face moves: a CSV of ARKit's 52 coefficients, whatever sensor they are from.

The header names coefficients as Apple does (ARFaceAnchor.BlendShapeLocation), in any order; case
does not count, and those that are missing are 0. A column `timecode` or `time` is optional:
seconds, hours:minutes:seconds, or these and a frame (SMPTE ST 12-1), as recorders write it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from ml.errors import MLError
from ml.generation.coefficients import UNKNOWN, names

COEFFICIENTS: Mapping[str, str] = {name.lower(): name for name in (*names(), *UNKNOWN)}
TIMES = ("timecode", "time")
# What recorders write beside: how many there are, and where head and eyes point, each in units and
# signs of its own.
BESIDE = frozenset(
    f"{what}{way}" for what in ("head", "lefteye", "righteye") for way in ("yaw", "pitch", "roll")
) | {"blendshapecount"}
MOST_BYTES, MOST_LINES = 8_000_000, 36_000
SLACK = 0.001  # beyond 0 and 1, which rounding explains
CODE = re.compile(r"(\d+):(\d\d?):(\d\d?(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?")


class BadMotion(MLError):
    """The CSV cannot be used; the sentence names line and column."""


@dataclass(frozen=True, slots=True)
class Frame:
    """at: seconds after the first. values: coefficients, 0..1, that are not 0."""

    at: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Motion:
    """frames: at least one, each later than the one before. ignored: columns that say nothing that
    can be drawn."""

    frames: tuple[Frame, ...]
    ignored: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return self.frames[-1].at


def read(data: bytes, rate: float = 30.0) -> Motion:
    """rate: frames a second, where the file has no times, and of its frames where it counts them.

    Raises:
        BadMotion: what is wrong in which line and column.
    """
    if len(data) > MOST_BYTES:
        raise BadMotion(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMotion("This is no CSV: it is not UTF-8 text.") from None
    rows = lines(text)
    _, header = next(rows, (0, []))
    columns = [name.strip() for name in header]
    check(columns)
    frames = tuple(timed(columns, rows, rate))
    if not frames:
        raise BadMotion("The file has a header and no line of numbers.")
    for (number, one), (_, other) in pairwise(frames):
        if other.at <= one.at:
            raise BadMotion(f"Line {number + 1}: the time is not later than in the line before.")
    first = frames[0][1].at
    ignored = tuple(
        c for c in columns if c.lower() in BESIDE or COEFFICIENTS.get(c.lower()) in UNKNOWN
    )
    return Motion(tuple(Frame(frame.at - first, frame.values) for _, frame in frames), ignored)


def lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something, with their numbers from 1.

    Raises:
        BadMotion: it is no CSV, or too long.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if reader.line_num > MOST_LINES:
                raise BadMotion(f"The file has more than {MOST_LINES:,} lines.")
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise BadMotion(f"Line {reader.line_num}: {error}.") from None


def check(columns: Sequence[str]) -> None:
    """
    Raises:
        BadMotion: a column is unknown or stands twice, or none is a coefficient.
    """
    seen: set[str] = set()
    for number, name in enumerate(columns, 1):
        low = name.lower()
        if low not in COEFFICIENTS and low not in BESIDE and low not in TIMES:
            raise BadMotion(f"Line 1, column {number}: {name[:40]!r} is no coefficient of ARKit's.")
        if low in seen:
            raise BadMotion(f"Line 1, column {number}: {name} stands twice.")
        seen.add(low)
    if not seen & set(COEFFICIENTS):
        raise BadMotion("Line 1: no column is named after a coefficient of ARKit's, as jawOpen.")


def timed(
    columns: Sequence[str], rows: Iterator[tuple[int, list[str]]], rate: float
) -> Iterator[tuple[int, Frame]]:
    for count, (number, row) in enumerate(rows):
        if len(row) != len(columns):
            raise BadMotion(f"Line {number} has {len(row)} columns, and the header {len(columns)}.")
        at, values = count / rate, {}
        for place, (name, cell) in enumerate(zip(columns, row, strict=True), 1):
            where = f"Line {number}, column {place} ({name})"
            if name.lower() in TIMES:
                at = moment(cell.strip(), where, rate)
            elif (known := COEFFICIENTS.get(name.lower())) and known not in UNKNOWN:
                value = share(cell, where)
                if value:
                    values[known] = value
        yield number, Frame(at, values)


def share(cell: str, where: str) -> float:
    """
    Raises:
        BadMotion: it is no number from 0 to 1.
    """
    try:
        value = float(cell)
    except ValueError:
        raise BadMotion(f"{where}: {cell[:20]!r} is no number.") from None
    if not isfinite(value) or not -SLACK <= value <= 1 + SLACK:
        raise BadMotion(f"{where}: {cell[:20]} is not between 0 and 1.")
    return min(max(value, 0.0), 1.0)


def moment(cell: str, where: str, rate: float) -> float:
    """Seconds.

    Raises:
        BadMotion: it is no time.
    """
    if found := CODE.fullmatch(cell):
        hours, minutes, seconds, frame = found.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds) + float(frame or 0) / rate
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise BadMotion(f"{where}: {cell[:20]!r} is no time: seconds or 00:00:00:00 are read.")
    return value
