"""Whether the times and the place in a file go together, and with when it is said to be taken.

Sources: Exif 2.32 (DateTimeOriginal, DateTimeDigitized, DateTime, OffsetTime, GPS).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from types import NoneType
from typing import Any

from ml.authenticity import traces
from ml.authenticity.traces import NO_FILE, UNSIGNED, Traces
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding

NAME = "metadata-dates"
DATES: Task[None] = Task("dates-match", "Times and place", NoneType, group=Group.EVIDENCE)
WORD = f"{UNSIGNED} Clocks of cameras are often set wrong, and programs fill in their own times."
FORMAT = "%Y:%m:%d %H:%M:%S"
GPS_DAY, GPS_TIME = 29, 7
PLACES = {"latitude": (1, 2, 90.0), "longitude": (3, 4, 180.0)}
ZONES = timedelta(hours=-12, minutes=-5), timedelta(hours=14, minutes=5)  # and a fix a little old
FIX = timedelta(minutes=10)  # a position may be so old, or a clock so wrong, and still agree
YEARS = range(1800, 9000)  # others are no times, and counting with them would overflow
BEFORE = datetime(1990, 1, 1, tzinfo=UTC)  # there was no digital photo
HIGHEST, LOWEST = 12_000.0, -500.0  # metres: what a person with a camera reaches
ALTITUDE, BELOW = 6, 5


@register(
    ModelCard(
        name=NAME,
        title="Times and place compared",
        task=DATES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="CIPA DC-008 (Exif 2.32)",
        known_limits=(
            "Finds times that contradict each other. Wrong clocks and clumsy programs make most of "
            "them, and who forges with care makes none."
        ),
    )
)
class MetadataDates(Model):
    """Reads the times of taking, saving and of the satellites, and the position."""

    def run(self, view: View) -> Output:
        case = view.case
        found = NO_FILE if case is None else traces.read(case.file)
        if case is None or isinstance(found, str):
            missing = Finding(NAME, "times", None, Claim.EDITED, note=str(found))
            return Output(findings=(missing,))
        return Output(findings=tuple(findings(found, case.taken)))


def findings(found: Traces, said: date | None) -> Iterator[Finding]:
    taken = moment(found.tag(traces.TAKEN))
    if taken is None:
        yield Finding(NAME, "times", None, Claim.EDITED, note="the file names no time of taking")
    else:
        odd = list(oddities(found, taken))
        value = "; ".join(odd) if odd else "nothing contradicts the time of taking"
        yield Finding(NAME, "times", value, Claim.EDITED, None, WORD)
        if said is not None:
            apart = abs((taken.date() - said).days)
            value = "the same day" if not apart else f"{apart} days from the day it is said to be"
            yield Finding(NAME, "day of taking", value, Claim.EDITED, None, WORD)
    if place := strange_place(found.gps):
        yield Finding(NAME, "position", place, Claim.EDITED, None, WORD)


def oddities(found: Traces, taken: datetime) -> Iterator[str]:
    """What contradicts the time of taking, in words. taken: in the camera's own time."""
    if taken > datetime.now(UTC) + timedelta(days=1):
        yield "taken in the future"
    if taken < BEFORE:
        yield "taken before there were digital photos"
    digitised, changed = (moment(found.tag(tag)) for tag in (traces.DIGITISED, traces.CHANGED))
    if digitised and abs(digitised - taken) > timedelta(days=1):
        yield f"taken and digitised {days(digitised - taken)} apart"
    if changed and changed < taken - timedelta(days=1):
        yield f"last changed {days(taken - changed)} before it was taken"
    elif changed and changed > taken + timedelta(minutes=1):
        yield f"changed {days(changed - taken)} after it was taken"
    satellite = gps_moment(found.gps)
    if satellite is None:
        return
    zone = offset(found.tag(traces.TAKEN_ZONE))
    if zone is not None and abs(taken - zone - satellite) > FIX:
        yield "its own time and that of the satellites do not agree"
    elif not ZONES[0] <= taken - satellite <= ZONES[1]:
        yield f"its own time is {days(taken - satellite)} from that of the satellites"


def moment(text: str) -> datetime | None:
    """EXIF's "2026:11:28 17:00:00"; None where it is no time (cameras write zeros and spaces)."""
    with suppress(ValueError):
        found = datetime.strptime(text.strip()[:19], FORMAT).replace(tzinfo=UTC)
        return found if found.year in YEARS else None
    return None


def offset(text: str) -> timedelta | None:
    """EXIF's "+02:00"."""
    with suppress(ValueError):
        return datetime.strptime(text.strip(), "%z").utcoffset()
    return None


def gps_moment(gps: Mapping[int, Any]) -> datetime | None:
    """The satellites' time, in UTC."""
    with suppress(ValueError, TypeError, ArithmeticError, AttributeError, LookupError):
        day = datetime.strptime(gps[GPS_DAY].strip(), "%Y:%m:%d").replace(tzinfo=UTC)
        hours, minutes, seconds = (float(part) for part in gps[GPS_TIME])
        return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return None


def strange_place(gps: Mapping[int, Any]) -> str:
    """What cannot be of the position, in words; "" for nothing."""
    found = {name: _degrees(gps, *where[:2]) for name, where in PLACES.items()}
    if found["latitude"] == found["longitude"] == 0.0:
        return "0° north, 0° east: where programs put what has no place"
    for name, (_, _, most) in PLACES.items():
        degrees = found[name]
        if degrees is not None and not abs(degrees) <= most:
            return f"a {name} of {degrees:.0f}°, which is nowhere"
    height = _number(gps.get(ALTITUDE))
    if (
        height is not None
        and not LOWEST <= height * (-1 if gps.get(BELOW) == b"\1" else 1) <= HIGHEST
    ):
        return f"{height:.0f} m high or deep, where nobody takes photos"
    return ""


def _degrees(gps: Mapping[int, Any], reference: int, tag: int) -> float | None:
    parts = gps.get(tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if None in numbers:
        return None
    degrees, minutes, seconds = (float(number or 0.0) for number in numbers)
    return degrees + minutes / 60 + seconds / 3600


def _number(value: Any) -> float | None:
    """None where a ratio has no number (0 below the line)."""
    with suppress(TypeError, ValueError, ArithmeticError):
        number = float(value)
        return number if number == number else None
    return None


def days(apart: timedelta) -> str:
    """A span in its largest unit: "3 days", "2 hours", "5 minutes"."""
    seconds = abs(apart).total_seconds()
    for unit, long in (("year", 365.25 * 86400), ("day", 86400.0), ("hour", 3600.0)):
        if seconds >= long:
            count = round(seconds / long)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    count = round(seconds / 60)
    return f"{count} minute{'s' if count != 1 else ''}"
