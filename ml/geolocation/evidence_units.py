"""Units that few countries use on signs: miles, feet, Fahrenheit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country
from ml.geolocation.countries import listed
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register

FLOOR, WEIGHT = 0.12, 0.8
UNITS: tuple[tuple[str, str], ...] = (
    (r"\b(?:mph|\d+ ?(?:miles?|yards?|yds?)|\d+ ?[½¼¾] ?m(?:iles?)?)\b", "US GB LR PR"),
    (r"\d+ ?°\s?F\b", "US PR LR BS BZ"),
    (r"\b\d+ ?(?:ft|feet|lbs?|oz|gal(?:lons?)?)\b", "US PR GB LR CA"),
)  # fmt: skip


@register("units", "Units", COVER_TEXT, "Units on road signs by country")
def find(seen: Seen) -> Iterable[Clue]:
    for line in seen.lines:
        for pattern, codes in UNITS:
            match = re.search(pattern, line.text, re.IGNORECASE)
            if match is not None:
                points = tuple(map(Country, codes.split()))
                yield clue(match[0], listed(points), points, FLOOR, weight=WEIGHT, box=around(line))
