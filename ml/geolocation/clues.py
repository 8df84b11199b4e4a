"""A clue: what was seen, where that points, how much it weighs. Plain values that travel as JSON.

What a clue says of a place is a likelihood: how probable it is to see such a thing there, against
where it is most probable. It never falls below the clue's floor: signs are misread, quoted, carried
away, and files are wrong.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ml.geolocation.cells import Floats, Places, earth
from ml.types import JSON, Box

DEEPEST = 12.0  # of a raster: what is less likely than e^-12 of the most is as likely as that

CORNER = 1.2  # of a cell's reach: how far its corners are


class Area(Protocol):
    """Where a clue points."""

    def at(self, places: Places) -> Floats:
        """Of each place, 0..1."""

    def to_json(self) -> JSON: ...


@dataclass(frozen=True, slots=True)
class Disc:
    """Around a point. latitude, longitude: degrees. km: the distance that it is off by, as the
    deviation of a normal distribution. share: 0..1, against the clue's other places."""

    latitude: float
    longitude: float
    km: float
    share: float = 1.0
    name: str = ""

    def at(self, places: Places) -> Floats:
        apart = places.distance(self.latitude, self.longitude)
        # A cell is as likely as the best point in it.
        beyond = np.maximum(0.0, apart - CORNER * places.reach)
        return np.asarray(self.share * np.exp(-(beyond**2) / (2 * self.km**2)), np.float64)

    def to_json(self) -> JSON:
        return {"kind": "disc", **{slot: getattr(self, slot) for slot in self.__slots__}}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory, by its ISO 3166 code. share: 0..1, as in Disc."""

    code: str
    share: float = 1.0

    def at(self, places: Places) -> Floats:
        return self.share * places.of_country(self.code)

    def to_json(self) -> JSON:
        return {"kind": "country", "code": self.code, "share": self.share}


@dataclass(frozen=True, slots=True)
class Raster:
    """Anything over the coarse cells. levels: a byte a cell: 255 = most likely, each step less
    divides by e^(DEEPEST / 254); 0 = impossible."""

    levels: bytes

    @classmethod
    def of(cls, likelihood: Floats) -> Self:
        """likelihood: of each coarse cell, 0 or more, of any scale."""
        most = max(float(likelihood.max()), 1e-300)
        with np.errstate(divide="ignore"):
            deep = -np.log(likelihood / most) * 254 / DEEPEST
        return cls(
            np.where(deep > 254, 0, 255 - np.round(np.minimum(deep, 254))).astype("u1").tobytes()
        )

    @property
    def array(self) -> Floats:
        levels = np.frombuffer(self.levels, np.uint8).astype(np.float64)
        return np.where(levels > 0, np.exp((levels - 255) * DEEPEST / 254), 0.0)

    def at(self, places: Places) -> Floats:
        if len(places.latitude) == len(self.levels):
            return self.array
        return np.asarray(self.array[coarse(places)], np.float64)

    def to_json(self) -> JSON:
        packed = b64encode(zlib.compress(self.levels, 9)).decode()
        return {"kind": "raster", "levels": packed}


def coarse(places: Places) -> NDArray[np.int64]:
    """The number of the coarse cell whose middle is nearest to each place."""
    from scipy.spatial import cKDTree

    from ml.geolocation.cells import on_sphere

    middles = earth().places
    tree = cKDTree(on_sphere(middles.latitude, middles.longitude))
    _, found = tree.query(on_sphere(places.latitude, places.longitude))
    return np.asarray(found, np.int64)


def area_from_json(data: JSON) -> Disc | Country | Raster:
    kind, rest = data["kind"], {name: value for name, value in data.items() if name != "kind"}
    if kind == "raster":
        return Raster(zlib.decompress(b64decode(rest["levels"])))
    return Disc(**rest) if kind == "disc" else Country(**rest)


@dataclass(frozen=True, slots=True)
class Clue:
    """A line of the ledger.

    name: unique in its ledger, and the same when the photo is looked at again. source: the kind of
    evidence. title: the source in words. saw: what was seen, in words and as it was read. tells:
    what follows, in words. box: where on the photo, None for what is not in the pixels. points:
    where to; () for what was looked for and cannot be read, and then `note` says why.
    floor: the likelihood elsewhere, 0..1. weight: the exponent in the product, 0..1: below 1 where
    clues of the kind overlap with others. removal: what takes it out of the photo.
    """

    name: str
    source: str
    title: str
    saw: str
    tells: str = ""
    box: Box | None = None
    points: tuple[Disc | Country | Raster, ...] = ()
    floor: float = 1.0
    weight: float = 1.0
    removal: str = ""
    note: str = ""

    @property
    def read(self) -> bool:
        """Whether it says anything."""
        return bool(self.points) and self.floor < 1 and self.weight > 0

    def likelihood(self, places: Places) -> Floats:
        """Of each place, floor..1."""
        if not self.read:
            return np.ones(len(places.latitude))
        most = np.max([area.at(places) for area in self.points], axis=0)
        return np.asarray(self.floor + (1 - self.floor) * np.clip(most, 0, 1), np.float64)

    def over_cells(self) -> Floats:
        """The same over all coarse cells, with the sum of 1."""
        found = self.likelihood(earth().places)
        return np.asarray(found / found.sum(), np.float64)

    def weighed(self, weight: float) -> Clue:
        return replace(self, weight=weight)

    def to_json(self) -> JSON:
        data: dict[str, Any] = {slot: getattr(self, slot) for slot in self.__slots__}
        data["box"] = None if self.box is None else self.box.to_json()
        data["points"] = [area.to_json() for area in self.points]
        return data

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        box = None if data["box"] is None else Box.from_json(data["box"])
        points = tuple(map(area_from_json, data["points"]))
        return cls(**data | {"box": box, "points": points})
