"""Where the sun stands, anywhere at a moment.

Source: the low-precision formulas of the Astronomical Almanac, page C5, as given by J. J.
Michalsky, The Astronomical Almanac's algorithm for approximate solar position (1950-2050), Solar
Energy 40, 1988: within 0.01 degrees.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from ml.geolocation.cells import Floats

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def sun(moment: datetime, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Elevation above the horizon and azimuth from north over east, in degrees, without
    refraction. moment: in UTC, with its zone."""
    days = (moment - J2000).total_seconds() / 86400
    mean = np.radians((357.528 + 0.9856003 * days) % 360)
    ecliptic = np.radians(
        (280.460 + 0.9856474 * days) % 360 + 1.915 * np.sin(mean) + 0.020 * np.sin(2 * mean)
    )
    tilt = np.radians(23.439 - 0.0000004 * days)
    right = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    sidereal = np.radians((280.46062 + 360.98564737 * days) % 360)
    hour = sidereal + np.radians(longitude) - right
    here = np.radians(latitude)
    height = np.arcsin(
        np.sin(here) * np.sin(declination) + np.cos(here) * np.cos(declination) * np.cos(hour)
    )
    towards = np.arctan2(
        -np.cos(declination) * np.sin(hour),
        np.cos(here) * np.sin(declination) - np.sin(here) * np.cos(declination) * np.cos(hour),
    )
    return np.asarray(np.degrees(height)), np.asarray(np.degrees(towards) % 360)
