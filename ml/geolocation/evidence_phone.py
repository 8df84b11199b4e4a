"""Telephone numbers with a country's prefix, and the area that they belong to (libphonenumber)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.countries import name_of
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register
from ml.geolocation.gazetteer import gazetteer

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

FLOOR = 0.0008  # a foreign number on a sign is rare
POSSIBLE_FLOOR = 0.01  # a number that is not valid as read: a digit is wrong
KM, AREA = 45.0, 0.35  # of an area code; the rest of the country, against it


@register("phone", "Telephone number", COVER_TEXT, "phonenumbers (libphonenumber's data)")
def find(seen: Seen) -> Iterable[Clue]:
    import phonenumbers

    for line in seen.lines:
        text = re.sub(r"(?<!\d)00(?=[1-9])", "+", line.text)
        text = re.sub(r"(?<=[\d+)])[.·/](?=\d)", " ", text)
        if "+" not in text:
            continue
        leniency = phonenumbers.Leniency.POSSIBLE
        for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=leniency):
            codes = phonenumbers.region_codes_for_country_code(match.number.country_code or 0)
            region = phonenumbers.region_code_for_number(match.number)
            wanted = (region,) if region else tuple(code for code in codes if len(code) == 2)
            if not any(code.isalpha() for code in wanted):
                continue
            floor = FLOOR if phonenumbers.is_valid_number(match.number) else POSSIBLE_FLOOR
            points, where = area(match.number, wanted)
            yield clue(match.raw_string, where, points, floor, box=around(line))


def area(number: PhoneNumber, codes: tuple[str, ...]) -> tuple[tuple[Country | Disc, ...], str]:
    """Where a number belongs: the town of its area code, where that is known, and the country."""
    from phonenumbers import geocoder

    country = codes[0]
    described = geocoder.description_for_number(number, "en").split(",")[0].strip()
    book = gazetteer()
    here = (
        [book.towns[i] for i in book.exactly(described) if book.towns[i].country in codes]
        if described
        else []
    )
    if not here:
        return tuple(map(Country, codes)), ", ".join(name_of(code) for code in codes[:4])
    town = here[0]
    disc = Disc(town.latitude, town.longitude, KM, 1.0, town.name)
    rest = tuple(Country(code, AREA) for code in codes)
    return (disc, *rest), f"around {town.name}, {name_of(country)}"
