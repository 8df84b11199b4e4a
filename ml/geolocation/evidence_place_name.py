"""Names of towns and countries in what is written, found in a gazetteer, also a little misread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ml.contracts import Line
from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.countries import listed, states
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register
from ml.geolocation.gazetteer import Gazetteer, gazetteer, plain

FLOOR = 0.01  # towns are named in other towns: on ways there, in names of streets and dishes
SHORT_FLOOR, MISREAD_FLOOR, MANY_FLOOR = 0.15, 0.2, 0.05  # names of 5 letters or fewer ...
COUNTRY_FLOOR = 0.05
KM = 18.0  # from a town's middle to signs that name it
MOST_TOWNS, MOST_NAMES = 25, 6
POPULAR = 0.6  # exponent: how a town's size speaks for it being the one that is meant
WORDS = 3  # of a name, at most
SURE = 0.8  # of a reading that is looked for misread
WEIGHT = 0.9
COMMON = frozenset(  # words of signs that are names of towns, too
    [
        "bar",
        "bank",
        "menu",
        "mode",
        "open",
        "post",
        "hotel",
        "police",
        "polizei",
        "exit",
        "sale",
        "taxi",
        "parking",
        "information",
        "central",
        "market",
        "best",
        "auto",
        "moda",
        "stop",
        "halt",
        "orange",
        "nice",
        "bath",
        "reading",
        "mobile",
        "center",
        "centre",
        "grill",
        "pizza",
        "restaurant",
        "santa",
        "street",
        "road",
        "avenue",
        "north",
        "south",
        "east",
        "west",
        "new",
        "city",
        "park",
        "garden",
        "school",
        "salon",
        "service",
        "deli",
        "para",
        "casa",
        "libre",
        "ocean",
        "grand",
        "union",
        "police",
        "fire",
        "ice",
        "cafe",
        "coffee",
        "king",
        "queen",
        "victoria",
        "beach",
        "store",
        "black",
        "white",
        "green",
        "blue",
        "gold",
        "silver",
        "diamond",
        "royal",
        "palace",
        "empire",
    ]
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it stands in a line, and the towns that bear it."""

    name: str
    line: Line
    towns: tuple[int, ...]
    exact: bool


@register("place-name", "Name of a place", COVER_TEXT, "GeoNames, CC BY 4.0")
def find(seen: Seen) -> Iterable[Clue]:
    book = gazetteer()
    lines = [line for line in seen.lines if line.text]
    named: dict[str, Named] = {}
    for line in lines:
        for found in names(line, book):
            named.setdefault(plain(found.name), found)
    kept = [
        one
        for key, one in named.items()
        if not any(f" {key} " in f" {other} " for other in named if other != key)
    ]
    kept.sort(key=lambda one: (-one.exact, -len(one.name)))
    yield from (of(one, book) for one in kept[:MOST_NAMES])
    yield from countries(lines)


def names(line: Line, book: Gazetteer) -> Iterator[Named]:
    """Runs of words in the line that are names; else the whole line where it is almost one."""
    words = plain(line.text).split()
    found = False
    for count in range(min(WORDS, len(words)), 0, -1):
        for start in range(len(words) - count + 1):
            name = " ".join(words[start : start + count])
            if name not in COMMON and (towns := book.exactly(name)):
                found = True
                yield Named(name, line, towns, True)
    if not found and line.score >= SURE and len(words) <= 2 and not set(words) & COMMON:
        near = book.misread(line.text)
        if near is not None:
            yield Named(near[0], line, near[1], False)


def of(named: Named, book: Gazetteer) -> Clue:
    towns = [book.towns[number] for number in named.towns[:MOST_TOWNS]]
    most = towns[0].people ** POPULAR
    points = tuple(
        Disc(
            town.latitude,
            town.longitude,
            KM,
            round(town.people**POPULAR / most, 3),
            f"{town.name} ({town.country})",
        )
        for town in towns
    )
    floor = FLOOR if len(named.name) > 5 else SHORT_FLOOR
    floor = max(floor, MANY_FLOOR if len(towns) > 3 else 0.0)
    floor = floor if named.exact else max(floor, MISREAD_FLOOR)
    how = "" if named.exact else ", if it is misread"
    return clue(
        named.name.title() if named.exact else f"{named.line.text[:40]} ≈ {named.name.title()}",
        f"{listed(points, 3)}{how}",
        points,
        floor,
        weight=WEIGHT,
        box=around(named.line),
    )


def countries(lines: list[Line]) -> Iterator[Clue]:
    """Countries by their English names."""
    known = {plain(state.name): state.code for state in states().values()}
    for line in lines:
        text = f" {plain(line.text)} "
        for name, code in known.items():
            if f" {name} " in text:
                yield clue(
                    name.title(), listed((Country(code),)), (Country(code),), COUNTRY_FLOOR,
                    box=around(line),
                )  # fmt: skip
