"""The flat map: Equal Earth (Savric, Patterson, Jenny, 2018), on which equal areas stay equal.

Its longitudes are evenly spaced along each parallel, so that what lies beyond 180 degrees is drawn
beyond the map's rim by the same formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import asin, cos, radians, sin, sqrt

WIDTH, MARGIN = 1000.0, 4.0
TERMS = (1.340264, -0.081106, 0.000893, 0.003796)
XY = tuple[float, float]


def flat(latitude: float, longitude: float) -> XY:
    """On a sphere of radius 1, y to the north."""
    one, two, three, four = TERMS
    angle = asin(sqrt(3) / 2 * sin(radians(latitude)))
    sixth = angle**6
    slope = one + 3 * two * angle**2 + sixth * (7 * three + 9 * four * angle**2)
    x = 2 * sqrt(3) / 3 * radians(longitude) * cos(angle) / slope
    return x, angle * (one + two * angle**2 + sixth * (three + four * angle**2))


HALF_WIDTH, HALF_HEIGHT = flat(0, 180)[0], flat(90, 0)[1]
SCALE = (WIDTH / 2 - MARGIN) / HALF_WIDTH  # units of the map a radius of the Earth
HEIGHT = round(2 * (HALF_HEIGHT * SCALE + MARGIN), 1)


def projected(latitude: float, longitude: float) -> XY:
    """Units of the map, which is WIDTH x HEIGHT: x to the right, y down. Longitudes beyond 180
    lie beyond its rim."""
    x, y = flat(latitude, longitude)
    return WIDTH / 2 + SCALE * x, HEIGHT / 2 - SCALE * y


def rim(step: int = 5) -> list[XY]:
    """The outline of the whole map."""
    up = range(-90, 91, step)
    west = [projected(latitude, -180) for latitude in up]
    return west + [projected(latitude, 180) for latitude in reversed(up)]


def unbroken(ring: Sequence[XY]) -> list[XY]:
    """A ring of (longitude, latitude) whose neighbours are less than 180 degrees apart, so that
    one across the date line goes on beyond it."""
    found: list[XY] = []
    for longitude, latitude in ring:
        before = found[-1][0] if found else longitude
        turns = round((before - longitude) / 360)
        found.append((longitude + 360 * turns, latitude))
    return found


def path(rings: Iterable[Sequence[XY]], digits: int) -> str:
    """Rings of (longitude, latitude) as SVG path data; those across the date line are drawn at
    both rims. digits: of each coordinate."""
    return "".join(
        closed([projected(latitude, longitude + turn) for longitude, latitude in whole], digits)
        for ring in rings
        for whole in [unbroken(ring)]
        for turn in turns_of(whole)
    )


def turns_of(ring: Sequence[XY]) -> tuple[int, ...]:
    """By how many degrees copies are turned so that the map shows all of it."""
    east, west = max(x for x, _ in ring), min(x for x, _ in ring)
    return (0, *((-360,) if east > 180 else ()), *((360,) if west < -180 else ()))


def closed(points: Sequence[XY], digits: int) -> str:
    """Nothing where so few digits leave no area."""
    words = [f"{x:.{digits}f} {y:.{digits}f}" for x, y in points]
    kept = [word for i, word in enumerate(words) if i == 0 or word != words[i - 1]]
    return f"M{'L'.join(kept)}Z" if len(set(kept)) > 2 else ""
