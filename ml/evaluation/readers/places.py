"""Reads photos with where they were taken: a table, or the position in their files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ml import decode
from ml.errors import BadPicture
from ml.evaluation.readers.samples import Sample, pictures
from ml.evaluation.readers.tables import rows

TABLE = "places.csv"
EXPECTS = f"{TABLE} with image, lat and lon (kind, clue and half where known), or photos with GPS"
GPS_IFD = 34853
SIGNS = {"S": -1, "W": -1}
Where = tuple[float, float]


def table(folder: Path) -> list[Sample[Where]] | None:
    """places.csv: image,lat,lon; further columns group the photos."""
    file = folder / TABLE
    if not file.is_file():
        return None
    found = []
    for row in rows(file, ("image", "lat", "lon")):
        name = row.text("image")
        where = row.number("lat", -90, 90), row.number("lon", -180, 180)
        groups = {column: row.get(column) for column in ("kind", "half") if row.get(column)}
        found.append(Sample(name, folder / name, where, name, groups))
    return found


def in_files(folder: Path) -> list[Sample[Where]] | None:
    """The position that each file carries; files without one are left out."""
    found = []
    for path in pictures(folder):
        with suppress(BadPicture):
            where = position(decode.picture(path).exif.get(GPS_IFD))
            if where is not None:
                name = str(path.relative_to(folder))
                found.append(Sample(name, path, where, name))
    return found or None


def position(gps: Any) -> Where | None:
    """Latitude and longitude in degrees of EXIF's GPS attributes."""
    if not isinstance(gps, Mapping):
        return None
    with suppress(KeyError, TypeError, ValueError, ArithmeticError):
        latitude, longitude = (degrees(gps[value], gps[half]) for value, half in ((2, 1), (4, 3)))
        if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
            return latitude, longitude
    return None


def degrees(value: Any, half: Any) -> float:
    size: float = sum(float(part) / 60**place for place, part in enumerate(tuple(value)[:3]))
    return SIGNS.get(str(half).strip("\0 ").upper()[:1], 1) * size


PLACES = (table, in_files)
