"""The zone of the camera's clock: written into the file, or its clock against the satellites'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ml.geolocation.cells import earth
from ml.geolocation.clues import Clue, Raster
from ml.geolocation.evidence import CLEAN_FILE, Seen, clue, register, unread

EXIF_IFD, GPS_IFD = 34665, 34853
TAKEN, ZONES, GPS_DAY, GPS_TIME = 36867, (36881, 36880, 36882), 29, 7
FORMAT = "%Y:%m:%d %H:%M:%S"
FLOOR = 0.03  # clocks are left at home's time when people travel
# Hours by which clocks are ahead of the sun: China's west and summer time at one end.
BEHIND, AHEAD, SOFT = -0.8, 1.8, 0.4
QUARTER = timedelta(minutes=15)
MOST = timedelta(hours=14)


@register("exif-time", "Clock of the camera", CLEAN_FILE, "CIPA DC-008 (Exif 2.32), OffsetTime")
def find(seen: Seen) -> Iterable[Clue]:
    camera, gps = part(seen.exif, EXIF_IFD), part(seen.exif, GPS_IFD)
    taken = moment(camera.get(TAKEN))
    if taken is None:
        return
    offset = zone(camera) or by_satellites(taken, gps)
    if offset is None:
        yield unread(f"{taken:%Y-%m-%d %H:%M}", "no time zone is written with it")
        return
    hours = offset.total_seconds() / 3600
    points = (Raster.of(daylight(hours)),)
    yield clue(f"UTC{hours:+g} h", f"about {15 * hours:.0f}° of longitude", points, FLOOR)


def daylight(hours: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Of each coarse cell, how likely clocks there are so far from UTC."""
    sun = earth().places.longitude / 15
    ahead = (hours - sun + 12) % 24 - 12
    outside = np.maximum(0.0, np.maximum(BEHIND - ahead, ahead - AHEAD))
    return np.asarray(np.exp(-((outside / SOFT) ** 2) / 2), np.float64)


def part(exif: Mapping[int, Any], number: int) -> Mapping[int, Any]:
    found = exif.get(number)
    return found if isinstance(found, Mapping) else {}


def moment(text: Any) -> datetime | None:
    """The camera's own time, as if it were UTC."""
    with suppress(ValueError, AttributeError):
        return datetime.strptime(text.strip("\0 ")[:19], FORMAT).replace(tzinfo=UTC)
    return None


def zone(camera: Mapping[int, Any]) -> timedelta | None:
    """EXIF's "+02:00"."""
    for tag in ZONES:
        with suppress(ValueError, AttributeError):
            return (
                datetime.strptime(camera[tag].strip("\0 "), "%z").utcoffset()
                if tag in camera
                else None
            )
    return None


def by_satellites(taken: datetime, gps: Mapping[int, Any]) -> timedelta | None:
    """The camera's time less that of the satellites, in quarters of an hour."""
    with suppress(ValueError, TypeError, ArithmeticError, AttributeError, LookupError):
        day = datetime.strptime(gps[GPS_DAY].strip("\0 "), "%Y:%m:%d").replace(tzinfo=UTC)
        hours, minutes, seconds = (float(one) for one in gps[GPS_TIME])
        apart = taken - day - timedelta(hours=hours, minutes=minutes, seconds=seconds)
        found = round(apart / QUARTER) * QUARTER
        return found if abs(found) <= MOST else None
    return None
