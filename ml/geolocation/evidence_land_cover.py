"""What covers the land: photos are taken more in towns and fields than on ice and water. No clue
in the photo, but a line of the ledger as any other, so that it can be struck out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ml.geolocation.clues import Clue, Raster
from ml.geolocation.evidence import NOTHING, Seen, clue, register
from ml.geolocation.land_cover import KINDS

# How many photos a km2 are taken there, against towns: set by hand. How many people live in a cell
# is known beside it, and counts for more.
TAKEN = {
    "built-up": 1.0, "crops": 0.6, "grass": 0.5, "trees": 0.4, "shrubs": 0.35, "wetland": 0.2,
    "bare": 0.15, "water": 0.1, "ice": 0.03,
}  # fmt: skip
FLOOR, WEIGHT = 0.02, 0.7
TELLS = "towns and fields, rather than bare ground, ice and water"


@register("land-cover", "What covers the land", NOTHING, "A raster that an administrator brought")
def find(seen: Seen) -> Iterable[Clue]:
    if seen.land is None:
        return
    likely = seen.land @ np.array([TAKEN[kind] for kind in KINDS])
    unknown = seen.land.sum(1) < 0.5
    likely[unknown] = np.median(likely[~unknown])
    points = (Raster.of(likely),)
    yield clue("the Earth as it is", TELLS, points, FLOOR, weight=WEIGHT)
