"""What covers the land, by cell: condensed once from a raster that an administrator brings.

Any GeoTIFF of classes in degrees of longitude and latitude will do, made small first:
`gdal_translate -outsize 7200 3600 -r nearest -co COMPRESS=DEFLATE RASTER small.tif`, then
`python -m ml.geolocation.land_cover small.tif LEGEND WEIGHTS_DIR`. docs/locating.md names rasters,
their sizes and licences. None comes with Prosopa.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import MLError
from ml.geolocation.cells import Floats, Places, earth
from ml.geolocation.clues import coarse

FILE = "land-cover.npz"
KINDS = ("built-up", "crops", "grass", "trees", "shrubs", "wetland", "bare", "ice", "water")
# Class of the raster -> kind. "worldcover": ESA WorldCover 2021. "cci": land cover of ESA's Climate
# Change Initiative.
LEGENDS: Mapping[str, Mapping[int, str]] = {
    "worldcover": {
        10: "trees", 20: "shrubs", 30: "grass", 40: "crops", 50: "built-up", 60: "bare", 70: "ice",
        80: "water", 90: "wetland", 95: "wetland", 100: "bare",
    },
    "cci": {
        **dict.fromkeys((10, 11, 12, 20, 30), "crops"),
        **dict.fromkeys((40, 50, 60, 61, 62, 70, 71, 72, 80, 81, 82, 90, 100), "trees"),
        **dict.fromkeys((110, 130, 140), "grass"), **dict.fromkeys((120, 121, 122), "shrubs"),
        **dict.fromkeys((150, 151, 152, 153, 200, 201, 202), "bare"),
        **dict.fromkeys((160, 170, 180), "wetland"), 190: "built-up", 210: "water", 220: "ice",
    },
}  # fmt: skip
PIXEL_SCALE, TIEPOINT = 33550, 33922  # GeoTIFF 1.1: degrees of a pixel; a pixel and where it lies
FINEST, MOST_PIXELS = 0.02, 80_000_000  # degrees: finer rasters are not read but made small first
NOT_SMALL = "Make it small first: gdal_translate -outsize 7200 3600 -r nearest RASTER small.tif"
NO_PLACE = "The raster does not say where it lies: it must be a GeoTIFF in degrees."


def read(raster: Path, legend: str) -> Floats:
    """The share of each kind in each coarse cell, cells x KINDS; a row of zeros where nothing is
    known.

    Raises:
        MLError: the raster is not a small GeoTIFF in degrees.
    """
    classes, longitudes, latitudes = grid(raster)
    total = np.zeros((len(earth().names), len(KINDS)))
    wide = np.full(len(longitudes), 0.0)
    for row, latitude in zip(classes, latitudes, strict=True):
        cells = coarse(points(wide + latitude, longitudes))
        for number, kind in LEGENDS[legend].items():
            # A pixel shrinks towards the poles.
            inside = np.bincount(cells[row == number], minlength=len(total))
            total[:, KINDS.index(kind)] += inside * np.cos(np.radians(latitude))
    return np.asarray(total / np.maximum(total.sum(1, keepdims=True), 1e-9), np.float64)


def grid(raster: Path) -> tuple[NDArray[np.uint8], Floats, Floats]:
    """Classes, rows x columns; the longitudes of columns and the latitudes of rows, in degrees."""
    from PIL import Image

    with Image.open(raster) as file:
        tags = getattr(file, "tag_v2", {})
        if PIXEL_SCALE not in tags or TIEPOINT not in tags:
            raise MLError(NO_PLACE)
        across, down = (float(one) for one in tags[PIXEL_SCALE][:2])
        column, row, _, west, north = (float(one) for one in tags[TIEPOINT][:5])
        if min(across, down) < FINEST or file.width * file.height > MOST_PIXELS:
            raise MLError(NOT_SMALL)
        classes = np.asarray(file, np.uint8)
    high, wide = classes.shape
    longitudes = west + (np.arange(wide, dtype=np.float64) + 0.5 - column) * across
    latitudes = north - (np.arange(high, dtype=np.float64) + 0.5 - row) * down
    return classes, longitudes, latitudes


def points(latitudes: Floats, longitudes: Floats) -> Places:
    """Points of which nothing but their place is known."""
    none, count = np.zeros(len(latitudes)), len(latitudes)
    owners = np.full((count, 1), -1)
    return Places(
        latitudes, longitudes, none, none, none, owners, np.zeros((count, 1)), earth().places.codes
    )


def kept(shares: Floats, folder: Path) -> None:
    """Written where `installed` finds it, a byte a share."""
    np.savez_compressed(folder / FILE, shares=np.round(shares * 255).astype(np.uint8))


def installed(folder: Path) -> Floats | None:
    """What `kept` wrote to the folder of weights; None where nobody did."""
    if not (folder / FILE).exists():
        return None
    with np.load(folder / FILE) as file:
        return np.asarray(file["shares"] / 255, np.float64)


if __name__ == "__main__":
    _raster, _legend, _folder = sys.argv[1:]
    kept(read(Path(_raster), _legend), Path(_folder))
