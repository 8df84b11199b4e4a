"""The ledger of where a photo was taken: its clues, the answer, and the answer without each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from ml.geolocation.cells import Floats
from ml.geolocation.clues import Clue, Disc
from ml.geolocation.fusion import CROWDED, Posterior, fused, said
from ml.geolocation.gazetteer import gazetteer
from ml.geolocation.heat import heat
from ml.types import JSON

SHARES = (0.5, 0.9)
MOST_PLACES, MOST_COUNTRIES = 10, 5
EXACT_KM = 0.2  # a clue so exact is the answer itself, not the middle of a cell
NEAR_KM = 10.0  # how far from the middle of a town one is still in or by it
TOWN_KM2 = 5_000.0  # a region of half the probability smaller than that is told by its peak


@dataclass(frozen=True, slots=True)
class Region:
    """The smallest region that holds a share of the probability. cells: H3's, of several
    resolutions, merged where all parts of one are in it."""

    share: float
    km2: float
    cells: tuple[str, ...]

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it."""
        import h3

        wanted = set(self.cells)
        sizes = {h3.get_resolution(cell) for cell in wanted}
        return any(h3.latlng_to_cell(latitude, longitude, size) in wanted for size in sizes)

    def to_json(self) -> JSON:
        return {"share": self.share, "km2": self.km2, "cells": list(self.cells)}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(data["share"], data["km2"], tuple(data["cells"]))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A town. probability: among all towns, 0..1."""

    name: str
    country: str
    latitude: float
    longitude: float
    probability: float

    def to_json(self) -> JSON:
        return {slot: getattr(self, slot) for slot in self.__slots__}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Answer:
    """regions: of 50 and 90 %. places: towns, the likeliest first; countries: ISO 3166 codes and
    how likely each is, by its towns. latitude, longitude: the best single point, degrees. heat: H3
    cells and how dense the probability is there, 1..255."""

    regions: tuple[Region, ...]
    places: tuple[Ranked, ...]
    countries: tuple[tuple[str, float], ...]
    latitude: float
    longitude: float
    heat: tuple[tuple[str, int], ...]

    def region(self, share: float) -> Region:
        return next(one for one in self.regions if one.share == share)

    def km_to(self, latitude: float, longitude: float) -> float:
        """From the best single point."""
        return distance((self.latitude, self.longitude), (latitude, longitude))

    def to_json(self) -> JSON:
        return {
            "regions": [one.to_json() for one in self.regions],
            "places": [one.to_json() for one in self.places],
            "countries": [list(one) for one in self.countries],
            "latitude": self.latitude,
            "longitude": self.longitude,
            "heat": [list(one) for one in self.heat],
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(
            tuple(map(Region.from_json, data["regions"])),
            tuple(map(Ranked.from_json, data["places"])),
            tuple((code, share) for code, share in data["countries"]),
            data["latitude"],
            data["longitude"],
            tuple((cell, level) for cell, level in data["heat"]),
        )


@dataclass(frozen=True, slots=True)
class Without:
    """The answer without one clue. km2: of the region of 90 %. place: the likeliest town, "" for
    none. moved: km between the best points with and without it."""

    clue: str
    km2: float
    place: str
    moved: float

    def to_json(self) -> JSON:
        return {slot: getattr(self, slot) for slot in self.__slots__}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it. notes: sentences about what could not be looked at."""

    clues: tuple[Clue, ...]
    answer: Answer
    without: tuple[Without, ...]
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The kinds of evidence that say anything, by name."""
        return tuple(sorted({clue.source for clue in self.clues if clue.read}))

    def struck(self, sources: Collection[str]) -> Answer:
        """The answer without some kinds of evidence."""
        return answered(self.clues, self.of(sources))

    def km2_to(self, latitude: float, longitude: float, without: Collection[str] = ()) -> float:
        """How large the region must be made to hold a point. without: kinds of evidence."""
        found = fused(self.clues, self.of(without))
        return found.km2_to(latitude, longitude)

    def of(self, sources: Collection[str]) -> set[str]:
        return {clue.name for clue in self.clues if clue.source in sources}

    def to_json(self) -> JSON:
        return {
            "clues": [one.to_json() for one in self.clues],
            "answer": self.answer.to_json(),
            "without": [one.to_json() for one in self.without],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(
            tuple(map(Clue.from_json, data["clues"])),
            Answer.from_json(data["answer"]),
            tuple(map(Without.from_json, data["without"])),
            tuple(data["notes"]),
        )


def ledger(clues: Sequence[Clue], notes: tuple[str, ...] = ()) -> Ledger:
    """The clues weighed, the strongest first."""
    whole = answered(clues)
    without = {one.name: left_out(one, clues, whole) for one in clues if one.read}
    order = sorted(clues, key=lambda one: strength(one, whole, without), reverse=True)
    lines = tuple(without[one.name] for one in order if one.name in without)
    return Ledger(tuple(order), whole, lines, notes)


def answered(clues: Sequence[Clue], without: Collection[str] = ()) -> Answer:
    """What the clues say together but for those that are struck out, by name."""
    found = fused(clues, without)
    counted = [one for one in clues if one.read and one.name not in without]
    odds = over_all_towns(counted, found)
    places = towns(odds)
    latitude, longitude = best(found, counted, places)
    regions = tuple(region(found, share) for share in SHARES)
    return Answer(regions, places, lands(odds), latitude, longitude, heat(found))


def left_out(clue: Clue, clues: Sequence[Clue], whole: Answer) -> Without:
    found = fused(clues, {clue.name})
    counted = [one for one in clues if one.read and one.name != clue.name]
    places = towns(over_all_towns(counted, found))
    latitude, longitude = best(found, counted, places)
    moved = distance((whole.latitude, whole.longitude), (latitude, longitude))
    place = f"{places[0].name} ({places[0].country})" if places else ""
    return Without(clue.name, round(found.km2(SHARES[-1]), 3), place, round(moved, 3))


def strength(clue: Clue, whole: Answer, without: dict[str, Without]) -> tuple[float, str]:
    """How much the region grows without it."""
    if clue.name not in without:
        return (-np.inf, clue.name)
    return (without[clue.name].km2 / max(whole.region(SHARES[-1]).km2, 1e-9), clue.name)


def region(found: Posterior, share: float) -> Region:
    import h3

    inside = [found.cells.names[i] for i in found.region(share)]
    by_size: dict[int, list[str]] = {}
    for cell in inside:
        by_size.setdefault(h3.get_resolution(cell), []).append(cell)
    merged = [one for cells in by_size.values() for one in h3.compact_cells(cells)]
    return Region(share, round(found.km2(share), 4), tuple(sorted(merged)))


@lru_cache(maxsize=128)
def over_towns(clue: Clue) -> Floats:
    """What the clue says of each town; kept, as in ml.geolocation.fusion."""
    return said((clue,), gazetteer().places)


def over_all_towns(clues: Sequence[Clue], found: Posterior) -> Floats:
    """How likely each town of the gazetteer is, with the sum of 1: where many live, times what the
    clues say of it. Where these are finer than towns are large, the nearest ones."""
    book = gazetteer()
    logs = sum((over_towns(clue) for clue in clues), start=CROWDED * np.log(book.places.people + 1))
    if found.km2(SHARES[0]) <= TOWN_KM2:
        logs = logs - (book.places.distance(*found.peak) / NEAR_KM) ** 2 / 2
    odds = np.exp(logs - logs.max())
    return np.asarray(odds / odds.sum(), np.float64)


def towns(odds: Floats) -> tuple[Ranked, ...]:
    """The likeliest ones."""
    book = gazetteer()
    order = np.argsort(-odds, kind="stable")[:MOST_PLACES]
    return tuple(
        Ranked(
            (town := book.towns[i]).name,
            town.country,
            town.latitude,
            town.longitude,
            round(float(odds[i]), 4),
        )
        for i in order
    )


def lands(odds: Floats) -> tuple[tuple[str, float], ...]:
    """The likeliest countries."""
    codes, number = np.unique([town.country for town in gazetteer().towns], return_inverse=True)
    sums = np.bincount(number, odds)
    order = np.argsort(-sums, kind="stable")[:MOST_COUNTRIES]
    return tuple((str(codes[i]), round(float(sums[i]), 4)) for i in order)


def best(found: Posterior, clues: Sequence[Clue], places: Sequence[Ranked]) -> tuple[float, float]:
    """The single point to name: an exact clue's own, the peak, or the likeliest town."""
    peak = found.peak
    for clue in clues:
        for area in clue.points:
            if (
                isinstance(area, Disc)
                and area.km <= EXACT_KM
                and distance(peak, (area.latitude, area.longitude)) <= EXACT_KM
            ):
                return area.latitude, area.longitude
    if found.km2(SHARES[0]) <= TOWN_KM2:
        return peak
    return places[0].latitude, places[0].longitude


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points in degrees of latitude and longitude."""
    import h3

    return float(h3.great_circle_distance(one, other))


def outline(region: Region) -> list[list[list[tuple[float, float]]]]:
    """The region as polygons for a map: each a list of rings (the outer one first) of (longitude,
    latitude) in degrees."""
    import h3

    by_size: dict[int, list[str]] = {}
    for cell in region.cells:
        by_size.setdefault(h3.get_resolution(cell), []).append(cell)
    made = []
    for cells in by_size.values():
        shape = h3.cells_to_geo(cells)
        many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        made += [[list(map(tuple, ring)) for ring in polygon] for polygon in many]
    return made
