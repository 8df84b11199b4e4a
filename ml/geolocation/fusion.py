"""Clues put together: what is known before, times what each clue says, over the cells of the Earth.

Photos are taken where people are: before any clue, a cell counts by its land and by how many live
in its towns. Each clue multiplies that by its likelihood to the power of its weight. Narrow clues
are followed into smaller cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from ml.geolocation.cells import COARSE, Cells, Floats, Places, children, earth, measured
from ml.geolocation.clues import Clue, Disc

LIVING, LAND, SEA = 0.6, 0.37, 0.03  # shares of photos taken by where people live, on land, at sea
CROWDED = 0.75  # exponent of people: ten times as many do not take ten times as many photos
LEVELS = (5, 7, 9, 11)  # resolutions below the coarse one
FEW = 40  # cells that are looked into; more are as wide as the clues are
SHARE = 0.97  # of the probability that must lie in them


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """How probable each cell is, with the sum of 1. Cells of several sizes, none within another."""

    cells: Cells
    mass: Floats

    @property
    def density(self) -> Floats:
        """Probability a km2."""
        return np.asarray(self.mass / self.cells.areas, np.float64)

    def region(self, share: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The fewest km2 that hold that share of the probability: numbers of cells, densest
        first."""
        order = np.argsort(-self.density, kind="stable")
        count = int(np.searchsorted(np.cumsum(self.mass[order]), share)) + 1
        return np.asarray(order[:count], np.int64)

    def km2(self, share: float) -> float:
        return float(self.cells.areas[self.region(share)].sum())

    def km2_to(self, latitude: float, longitude: float) -> float:
        """The area of all that is at least as probable, a km2, as the point's cell."""
        import h3

        number = {name: i for i, name in enumerate(self.cells.names)}
        sizes = sorted({h3.get_resolution(name) for name in number}, reverse=True)
        cells = (h3.latlng_to_cell(latitude, longitude, size) for size in sizes)
        here = next(number[cell] for cell in cells if cell in number)
        return float(self.cells.areas[self.density >= self.density[here]].sum())

    @property
    def peak(self) -> tuple[float, float]:
        """Latitude and longitude of the middle of the densest cell."""
        best = int(self.density.argmax())
        return float(self.cells.places.latitude[best]), float(self.cells.places.longitude[best])


def fused(clues: Iterable[Clue], without: Collection[str] = ()) -> Posterior:
    """What all clues say together, in any order. without: names of clues that do not count."""
    counted = sorted((c for c in clues if c.read and c.name not in without), key=lambda c: c.name)
    cells = earth()
    mass = normal(sum((over_earth(clue) for clue in counted), start=np.log(prior())))
    found = Posterior(cells, mass)
    narrow = [clue for clue in counted if any(is_narrow(clue, level) for level in LEVELS)]
    for level in LEVELS:
        if not any(is_narrow(clue, level) for clue in narrow):
            break
        inside = found.region(SHARE)
        if len(inside) > FEW:
            break
        found = deeper(found, inside, level, narrow)
    return found


@lru_cache(maxsize=128)
def over_earth(clue: Clue) -> Floats:
    """What `said` gives for one clue over the coarse cells; kept, as each is asked for once for
    every other clue that is left out."""
    return said((clue,), earth().places)


def said(clues: Sequence[Clue], places: Places) -> Floats:
    """The logarithm of the product of their likelihoods."""
    found = np.zeros(len(places.latitude))
    for clue in clues:
        found += clue.weight * np.log(np.maximum(clue.likelihood(places), 1e-300))
    return found


def normal(logs: Floats) -> Floats:
    """Probabilities with the sum of 1, of logarithms of any scale."""
    found = np.exp(logs - logs.max())
    return np.asarray(found / found.sum(), np.float64)


@cache
def prior() -> Floats:
    """How probable each coarse cell is before any clue."""
    cells = earth()
    living = cells.places.people**CROWDED
    land = cells.areas * cells.places.land
    sea = cells.areas * (1 - cells.places.land)
    parts = zip((LIVING, LAND, SEA), (living, land, sea), strict=True)
    return np.asarray(sum(share * part / part.sum() for share, part in parts), np.float64)


def is_narrow(clue: Clue, level: int) -> bool:
    """Whether it tells cells of that resolution apart."""
    wide = 60.0 / 7 ** ((level - COARSE) / 2)  # km, about a cell's reach two levels above
    return any(isinstance(area, Disc) and area.km < wide * 2 for area in clue.points)


def deeper(
    found: Posterior, inside: Iterable[int], level: int, narrow: Sequence[Clue]
) -> Posterior:
    """With these cells cut into those of that resolution: together they keep their probability,
    which goes to the parts as the narrow clues say."""
    import h3

    chosen = [i for i in inside if h3.get_resolution(found.cells.names[i]) == level - 2]
    names: list[str] = []
    parents: list[int] = []
    for i in chosen:
        parts = children(found.cells.names[i], level)
        names += parts
        parents += [i] * len(parts)
    if not chosen:
        return found
    whose = np.array(parents)
    places, areas = cut(found.cells.places, whose, names)
    coarse = said(narrow, found.cells.places.taken(whose))
    known = np.log(found.mass[whose] / found.cells.areas[whose]) + np.log(areas) - coarse
    parts_mass = found.mass[chosen].sum() * normal(known + said(narrow, places))
    rest = np.setdiff1d(np.arange(len(found.mass)), chosen)
    old = found.cells.places.taken(rest)
    cells = Cells(
        (*(found.cells.names[i] for i in rest), *names),
        np.concatenate([found.cells.areas[rest], areas]),
        joined(old, places),
    )
    return Posterior(cells, np.concatenate([found.mass[rest], parts_mass]))


def cut(
    places: Places, whose: np.ndarray[tuple[int], np.dtype[np.int64]], names: list[str]
) -> tuple[Places, Floats]:
    """Smaller cells, each with what is known of the one it lies in; their areas in km2."""
    latitude, longitude, areas, reach = measured(names)
    above = places.taken(whose)
    made = Places(
        latitude, longitude, reach, above.land, above.people, above.owners, above.shares,
        above.codes,
    )  # fmt: skip
    return made, areas


def joined(one: Places, other: Places) -> Places:
    return Places(
        np.concatenate([one.latitude, other.latitude]),
        np.concatenate([one.longitude, other.longitude]),
        np.concatenate([one.reach, other.reach]),
        np.concatenate([one.land, other.land]),
        np.concatenate([one.people, other.people]),
        np.concatenate([one.owners, other.owners]),
        np.concatenate([one.shares, other.shares]),
        one.codes,
    )
