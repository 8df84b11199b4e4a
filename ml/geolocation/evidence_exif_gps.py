"""The position that a camera wrote into the file (Exif 2.32, GPS attributes)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from ml.geolocation.clues import Clue, Disc
from ml.geolocation.evidence import CLEAN_FILE, Seen, clue, register, unread

GPS_IFD = 34853
LATITUDE, LONGITUDE, ALTITUDE, DOP, ERROR = 2, 4, 6, 11, 31
NORTH_OR_SOUTH, EAST_OR_WEST, DATUM = 1, 3, 18
FLOOR = 1e-9  # wrong positions are rare, and nothing else is as exact
METRES = 8.0  # of a telephone under open sky
A_DOP = 4.0  # metres for each unit of the dilution of precision
DEGREE_KM = 111.2
HIGHEST, LOWEST = 9_000.0, -500.0


@register(
    "exif-gps",
    "Position in the file",
    CLEAN_FILE,
    "CIPA DC-008 (Exif 2.32), GPS attributes",
)
def find(seen: Seen) -> Iterable[Clue]:
    gps = seen.exif.get(GPS_IFD)
    if not isinstance(gps, Mapping) or LATITUDE not in gps:
        return
    latitude = degrees(gps.get(LATITUDE), gps.get(NORTH_OR_SOUTH), "S", 90)
    longitude = degrees(gps.get(LONGITUDE), gps.get(EAST_OR_WEST), "W", 180)
    if latitude is None or longitude is None:
        yield unread("a position that is none", "its numbers lie outside the Earth or are broken")
        return
    if why := implausible(latitude, longitude, gps):
        yield unread(f"{latitude:.5f}, {longitude:.5f}", why)
        return
    metres = precision(gps)
    point = Disc(latitude, longitude, metres / 1000, name="the position in the file")
    within = f"within about {metres:,.0f} m"
    yield clue(f"{latitude:.6f}, {longitude:.6f}", f"there, {within}", (point,), FLOOR)


def degrees(value: Any, half: Any, negative: str, most: float) -> float | None:
    """Degrees, minutes and seconds as one signed number; None where they are none."""
    with suppress(TypeError, ValueError, ArithmeticError):
        parts = [float(part) for part in value]
        size: float = sum(part / 60**i for i, part in enumerate(parts[:3]))
        if len(parts) >= 1 and all(part == part for part in parts) and 0 <= size <= most:
            return -size if str(half).strip("\0 ").upper().startswith(negative) else size
    return None


def implausible(latitude: float, longitude: float, gps: Mapping[int, Any]) -> str:
    """Why the position is not to be believed; "" where nothing speaks against it."""
    if latitude == longitude == 0:
        return "0°, 0° is what programs write when they know no position"
    height = number(gps.get(ALTITUDE))
    if height is not None and not LOWEST <= height <= HIGHEST:
        return f"a height of {height:,.0f} m goes with no photo taken on Earth"
    return ""


def precision(gps: Mapping[int, Any]) -> float:
    """Metres: as the file says, or as finely as its numbers are written, whichever is coarser."""
    said = number(gps.get(ERROR))
    dop = number(gps.get(DOP))
    claimed = said if said else METRES if not dop else max(METRES, A_DOP * min(dop, 50.0))
    steps = [step(gps.get(tag)) for tag in (LATITUDE, LONGITUDE)]
    return float(max(claimed, max(steps) * DEGREE_KM * 1000 / 2, 1.0))


def step(value: Any) -> float:
    """Degrees that the last digit of degrees, minutes and seconds stands for."""
    found = 1.0
    with suppress(TypeError, ValueError, ArithmeticError, AttributeError):
        for place, part in enumerate(tuple(value)[:3]):
            if float(part):
                found = 1 / (60**place * max(1, int(getattr(part, "denominator", 1))))
    return min(found, 1.0)


def number(value: Any) -> float | None:
    with suppress(TypeError, ValueError, ArithmeticError):
        found = float(value)
        return found if found == found else None
    return None
