"""The Earth in cells (H3, about 12,400 km2 each): where they are, whose, how many live there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COARSE = 3  # H3's resolution that is reckoned with everywhere; narrow clues are followed deeper
EARTH_KM = 6371.0088  # mean radius
FILE = Path(__file__).with_name("cells.npz")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """N points or cells: what clues are asked about.

    latitude, longitude: degrees. reach: km from a cell's middle to its rim, 0 for points. land:
    0..1. people: in the towns there. owners: N x K numbers of countries in `codes`, -1 for none;
    shares: N x K, of the land.
    """

    latitude: Floats
    longitude: Floats
    reach: Floats
    land: Floats
    people: Floats
    owners: NDArray[np.int64]
    shares: Floats
    codes: tuple[str, ...]

    def of_country(self, code: str) -> Floats:
        """How much of each place's land is that country's, 0..1."""
        if code not in self.codes:
            return np.zeros(len(self.latitude))
        mine = self.owners == self.codes.index(code)
        return np.asarray((self.shares * mine).sum(1), np.float64)

    def distance(self, latitude: float, longitude: float) -> Floats:
        """Kilometres from there."""
        here = on_sphere(self.latitude, self.longitude)
        there = on_sphere(np.array([latitude]), np.array([longitude]))
        apart = np.linalg.norm(here - there, axis=1)
        return np.asarray(2 * EARTH_KM * np.arcsin(np.clip(apart / 2, 0, 1)), np.float64)

    def taken(self, chosen: NDArray[np.int64]) -> Places:
        """Some of them."""
        return Places(
            self.latitude[chosen],
            self.longitude[chosen],
            self.reach[chosen],
            self.land[chosen],
            self.people[chosen],
            self.owners[chosen],
            self.shares[chosen],
            self.codes,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """names: H3's of N cells; areas: km2."""

    names: tuple[str, ...]
    areas: Floats
    places: Places


def on_sphere(latitude: Floats, longitude: Floats) -> Floats:
    """N x 3 of length 1, of degrees."""
    lat, lon = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def ordered(resolution: int) -> list[str]:
    """All cells of a resolution, as H3 orders them."""
    import h3

    return [cell for base in sorted(h3.get_res0_cells()) for cell in children(base, resolution)]


def children(cell: str, resolution: int) -> list[str]:
    import h3

    return sorted(h3.cell_to_children(cell, resolution))


def measured(names: list[str]) -> tuple[Floats, Floats, Floats, Floats]:
    """Latitudes, longitudes, areas in km2 and reaches in km of cells."""
    import h3

    middles = np.array([h3.cell_to_latlng(name) for name in names])
    areas = np.array([h3.cell_area(name) for name in names])
    return middles[:, 0], middles[:, 1], areas, np.sqrt(areas / np.pi)


@cache
def earth() -> Cells:
    """All of it, in cells of the coarse resolution."""
    with np.load(FILE) as file:
        table = {name: file[name] for name in file.files}
    names = ordered(COARSE)
    latitude, longitude, areas, reach = measured(names)
    owners = table["owners"].astype(np.int64)
    places = Places(
        latitude, longitude, reach,
        table["land"] / 255, table["people"].astype(np.float64),
        np.where(owners == 255, -1, owners), table["shares"] / 255,
        tuple(str(code) for code in table["codes"]),
    )  # fmt: skip
    return Cells(tuple(names), areas, places)
