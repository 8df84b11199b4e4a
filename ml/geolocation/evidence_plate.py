"""Number plates, by the layout of their letters and digits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country
from ml.geolocation.countries import listed
from ml.geolocation.evidence import Seen, around, clue, register

FLOOR, LOOSE_FLOOR = 0.12, 0.4  # plates' layouts are alike, and other labels look like plates
# The layout, and the countries that use it; the first are the commonest. "~": many others do, too.
LAYOUTS: tuple[tuple[str, str], ...] = (
    (r"[A-Z]{3}[ -.·•]?\d[A-Z]\d{2}", "BR"),  # Mercosur, since 2018
    (r"[A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2}", "FR IT AR GE AL"),
    (r"[A-Z]{2}\d{2} ?[A-Z]{3}", "GB"),
    (r"\d{4}[ -]?[BCDFGHJ-NP-TV-Z]{3}", "ES"),
    (r"[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{2}[ -]?\d{4}", "IN"),
    (r"[A-ZÄÖÜ]{1,3}[ -:][A-Z]{1,2} ?\d{1,4}[EH]?", "DE"),
    (r"\d{2}[ -][A-Z]{2}[ -]\d{2}|[A-Z]{2}[ -]\d{2}[ -][A-Z]{2}", "PT NL"),
    (r"[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2} ?\d{2,3}", "RU"),
    (r"[A-Z]{2} ?\d{4} ?[A-Z]{2}", "UA BG SK"),
    (r"\d{2} ?[A-Z]{1,3} ?\d{2,4}", "TR"),
    (r"[1-9][A-Z]{3}\d{3}", "US"),  # California
    (r"[A-Z]{3}[ -.·•]\d{4}", "BR US CN ~"),
    (r"[A-Z]{3}\d{4}", "BR US ~"),
    (r"[A-Z]{3}[ -]?\d{3}", "US SE FI HU LT ~"),
)  # fmt: skip
BLANKS = re.compile(r"[\s·•.:|]+")


@register("plate", "Number plate", "Cover the plate", "Layouts of national number plates")
def find(seen: Seen) -> Iterable[Clue]:
    for line in seen.lines:
        found = countries_of(line.text)
        if found is None:
            continue
        codes, loose = found
        points = tuple(Country(code, 1.0 - 0.15 * place) for place, code in enumerate(codes))
        floor = LOOSE_FLOOR if loose else FLOOR
        yield clue(line.text.strip(), listed(points), points, floor, box=around(line))


def countries_of(text: str) -> tuple[tuple[str, ...], bool] | None:
    """Whose plates have that layout, and whether many others do; None: it is no plate."""
    plain = BLANKS.sub(" ", text.strip().upper())
    for layout, codes in LAYOUTS:
        if re.fullmatch(layout, plain):
            listed_codes = tuple(code for code in codes.split() if code != "~")
            return listed_codes, "~" in codes
    return None
