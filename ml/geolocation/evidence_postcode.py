"""Postcodes whose layout few countries share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country
from ml.geolocation.countries import listed
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register

FLOOR = 0.03
STATES = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|"
    "T[NX]|UT|V[AT]|W[AIVY]"
)
# Layout -> countries, and how sure it is to be a postcode at all (the floor's factor).
LAYOUTS: tuple[tuple[str, str, float], ...] = (
    (r"[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}", "GB", 1.0),
    (r"[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d", "CA", 1.0),
    (r"[1-9]\d{3} [A-Z]{2}(?= [A-Z])", "NL", 1.0),
    (r"D-\d{5}", "DE", 0.5),
    (r"A-\d{4}", "AT", 0.5),
    (r"CH-\d{4}", "CH", 0.5),
    (r"F-\d{5}", "FR", 0.5),
    (r"I-\d{5}", "IT", 0.5),
    (r"(?:PL-)?\d{2}-\d{3}(?= \w)", "PL", 2.0),
    (r"\d{4}-\d{3}(?= \w)", "PT", 2.0),
    (r"〒 ?\d{3}-\d{4}", "JP", 0.5),
    (r"\d{5}-\d{3}", "BR", 2.0),
    (r"LV-\d{4}", "LV", 0.5),
    (r"LT-\d{5}", "LT", 0.5),
    (r"MD-?\d{4}", "MD", 1.0),
    (rf"(?:{STATES}) \d{{5}}(?:-\d{{4}})?", "US", 1.0),
    (r"(?:NSW|VIC|QLD|WA|SA|TAS|NT|ACT) \d{4}", "AU", 0.5),
    (r"[A-Z]\d{2} [A-Z\d]{4}", "IE", 3.0),
    (r"\d{3} \d{2}(?= [A-ZÅÄÖÁČŠŽ])", "SE CZ SK GR", 2.0),
    (r"AZ ?\d{4}", "AZ", 1.0),
)  # fmt: skip


@register("postcode", "Postcode", COVER_TEXT, "Universal Postal Union, addressing formats")
def find(seen: Seen) -> Iterable[Clue]:
    for line in seen.lines:
        for layout, codes, doubt in LAYOUTS:
            match = re.search(rf"(?<![\w-]){layout}(?![\w-])", line.text)
            if match:
                points = tuple(map(Country, codes.split()))
                floor = min(0.5, FLOOR * doubt)
                yield clue(match[0], listed(points), points, floor, box=around(line))
                break
