"""What somebody who sees answered, step by step (ml.geolocation.sights): weak, scored clues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ml.geolocation.cells import Floats, earth
from ml.geolocation.clues import Clue, Country, Disc, Raster
from ml.geolocation.countries import listed
from ml.geolocation.evidence import Seen, clue, register, unread
from ml.geolocation.evidence_word import meant
from ml.geolocation.sights import Sight

WEIGHT = 0.7  # the steps say much of the same, and one follows another
# How likely the answer is where it is wrong, when it is as sure as can be: guesses, not measured.
FLOORS = {
    "continent": 0.15, "climate": 0.4, "country": 0.05, "city": 0.05, "landmark": 0.05,
    "side": 0.3, "plants": 0.5,
}  # fmt: skip
# Where vehicles keep to the left.
LEFT = (
    *("AG", "AI", "AU", "BB", "BD", "BM", "BN", "BS", "BT", "BW", "CY", "DM", "FJ", "FK", "GB"),
    *("GD", "GG", "GY", "HK", "ID", "IE", "IM", "IN", "JE", "JM", "JP", "KE", "KI", "KN", "KY"),
    *("LC", "LK", "LS", "MO", "MS", "MT", "MU", "MV", "MW", "MY", "MZ", "NA", "NP", "NR", "NZ"),
    *("PG", "PK", "SB", "SC", "SG", "SH", "SR", "SZ", "TC", "TH", "TL", "TO", "TT", "TV", "TZ"),
    *("UG", "VC", "VG", "VI", "WS", "ZA", "ZM", "ZW"),
)
# Degrees from the equator between which it is at home, and how softly that ends.
BANDS: Mapping[str, tuple[float, float, float]] = {
    "tropical": (0, 22, 5), "dry": (14, 42, 7), "temperate": (26, 58, 6),
    "with cold winters": (44, 68, 6), "polar": (66, 90, 5),
    "palms": (0, 32, 7), "cactus or scrub": (12, 42, 7), "broad-leaved trees": (0, 60, 5),
    "conifers": (36, 69, 7),
}  # fmt: skip
NOT_NAMED = "names no country, continent or town that is known here"


REMOVAL = "Crop or blur what it goes by"


@register("sights", "What a language model sees", REMOVAL, "What it was trained on")
def find(seen: Seen) -> Iterable[Clue]:
    for one in seen.sights:
        saw = f"{one.title} (step {one.step} of 5): {one.value or 'nothing'}"
        points = POINTS[one.name](one.value) if one.value else ()
        if not points:
            yield unread(saw, one.why or NOT_NAMED)
            continue
        tells = f"{told(points, one)}; sure by {100 * one.score:.0f} %, by {one.engine}"
        yield clue(saw, tells, points, floor(one), weight=WEIGHT)


def floor(one: Sight) -> float:
    """Nearer to 1, at which it says nothing, the less sure it is."""
    return 1 - (1 - FLOORS[one.name]) * min(max(one.score, 0.0), 1.0)


def told(points: Areas, one: Sight) -> str:
    if isinstance(points[0], Raster):
        return f"latitudes where that is common ({one.value})"
    return listed(area for area in points if isinstance(area, Country | Disc))


def named(value: str) -> Areas:
    return meant(value)


def driving(side: str) -> Areas:
    codes = (code for code in earth().places.codes if (code in LEFT) == (side == "left"))
    return tuple(Country(code) for code in codes)


def band(value: str) -> Areas:
    """Cells by their distance from the equator."""
    low, high, soft = BANDS[value]
    degrees = np.abs(earth().places.latitude)
    beyond: Floats = np.maximum(np.maximum(low - degrees, degrees - high), 0)
    return (Raster.of(np.exp(-(beyond**2) / (2 * soft**2))),)


Areas = tuple[Disc | Country, ...] | tuple[Country, ...] | tuple[Raster, ...]
POINTS: Mapping[str, Callable[[str], Areas]] = {
    "continent": named, "climate": band, "country": named, "city": named, "landmark": named,
    "side": driving, "plants": band,
}  # fmt: skip
