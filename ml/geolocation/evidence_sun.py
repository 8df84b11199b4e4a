"""A shadow that a person marked, against where the sun stood.

The lengths of something upright and of its shadow, as the photo shows them, give how high the sun
stood, roughly: exactly only where the shadow falls across the line of sight. When the moment is
known in UTC, that is a ring around the Earth; when only the camera's clock is, a range of
latitudes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import atan2, degrees, hypot

import numpy as np

from ml.geolocation.cells import Floats, earth
from ml.geolocation.clues import Clue, Raster
from ml.geolocation.evidence import NOTHING, Seen, clue, register, unread
from ml.geolocation.evidence_exif_time import EXIF_IFD, TAKEN, moment, part, zone
from ml.geolocation.sun import sun
from ml.types import XY, Box

FLOOR = 0.05
OFF = 9.0  # degrees: what a marked shadow is off by
CLOCKS = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0)  # hours that a clock may be ahead of the sun


@register(
    "sun",
    "Sun and shadow",
    NOTHING,
    "Michalsky 1988, after the Astronomical Almanac",
)
def find(seen: Seen) -> Iterable[Clue]:
    if not seen.said.shadow:
        return
    foot, top, end = seen.said.shadow
    height = elevation(foot, top, end)
    saw = f"the sun {height:.0f}° high"
    xs, ys = zip(foot, top, end, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    camera = part(seen.exif, EXIF_IFD)
    clock = moment(camera.get(TAKEN))
    offset = zone(camera)
    exact = seen.said.moment or (clock - offset if clock and offset is not None else None)
    if exact is None and clock is None:
        yield unread(saw, "when the photo was taken is not known", box)
        return
    likelihood = at(exact, height) if exact else by_clock(clock or exact, height)  # type: ignore[arg-type]
    tells = "where the sun stood so high then"
    yield clue(saw, tells, (Raster.of(likelihood),), FLOOR, box=box)


def elevation(foot: XY, top: XY, end: XY) -> float:
    """Degrees: of the sun, from an upright thing and its shadow across the line of sight."""
    tall = hypot(top[0] - foot[0], top[1] - foot[1])
    long = hypot(end[0] - foot[0], end[1] - foot[1])
    return degrees(atan2(tall, long))


def at(when: datetime, height: float) -> Floats:
    """Of each coarse cell, how likely the sun stood so high at a moment."""
    places = earth().places
    stood, _ = sun(when, places.latitude, places.longitude)
    return np.asarray(np.exp(-((stood - height) ** 2) / (2 * OFF**2)), np.float64)


def by_clock(clock: datetime, height: float) -> Floats:
    """The same where only the time of day is known: anywhere, by the sun's own time there."""
    places = earth().places
    most = np.zeros(len(places.latitude))
    for ahead in CLOCKS:
        # At longitude 0 the sun's time is UTC: the same time of day, brought there.
        stood, _ = sun(clock - timedelta(hours=ahead), places.latitude, np.zeros(len(most)))
        most = np.maximum(most, np.exp(-((stood - height) ** 2) / (2 * OFF**2)))
    return np.asarray(most, np.float64)
