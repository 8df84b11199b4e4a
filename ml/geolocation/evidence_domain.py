"""Web and mail addresses under a country's domain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country
from ml.geolocation.countries import listed, states
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register

FLOOR = 0.003
BARE_FLOOR = 0.03  # without www., an @ or a path it may be two words
# Sold to the whole world for what they spell.
SOLD = frozenset(
    [
        "tv",
        "me",
        "io",
        "co",
        "ai",
        "fm",
        "to",
        "cc",
        "ly",
        "gg",
        "ws",
        "st",
        "nu",
        "la",
        "am",
        "im",
        "sh",
        "ac",
        "ag",
        "vc",
        "bz",
        "tk",
        "ml",
        "ga",
        "cf",
        "gq",
        "eu",
    ]
)
ADDRESS = re.compile(
    r"(?P<sure>www\.|https?://|[\w.-]+@)?[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})?\.(?P<domain>[a-z]{2})"
    r"(?=$|[\s/,;)])",
    re.IGNORECASE,
)


@register("domain", "Web address", COVER_TEXT, "GeoNames (top-level domains of countries)")
def find(seen: Seen) -> Iterable[Clue]:
    owners = {state.domain: state.code for state in states().values() if state.domain}
    for line in seen.lines:
        for match in ADDRESS.finditer(line.text.replace(" .", ".").replace(". ", ".")):
            domain = match["domain"].lower()
            if domain in SOLD or domain not in owners:
                continue
            point = (Country(owners[domain]),)
            floor = FLOOR if match["sure"] else BARE_FLOOR
            yield clue(match[0][:60], listed(point), point, floor, box=around(line))
