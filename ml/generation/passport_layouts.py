"""What countries ask of a passport photo's size, as their own papers say it.

All lengths are millimetres. The head goes from the chin to the crown, which is the top of the head
and not of the hair. Taken in 2026 from what repeats the papers; whoever hands in a photo reads the
office's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Range = tuple[float, float]
WHITE, LIGHT_GREY = (255, 255, 255), (225, 226, 228)


@dataclass(frozen=True, slots=True)
class Layout:
    """wide, high: of the photo. head: chin to crown. eyes: above the photo's lower edge; top: from
    the crown to the upper edge; None where nothing is said. background: RGB, 0..255. unaltered:
    the office refuses photos that were changed, the background too. source: whose paper."""

    title: str
    wide: float
    high: float
    head: Range
    source: str
    eyes: Range | None = None
    top: Range | None = None
    background: tuple[int, int, int] = WHITE
    unaltered: bool = True


LAYOUTS: Mapping[str, Layout] = {
    "icao": Layout(
        "ICAO, 35 x 45 mm", 35, 45, (31.5, 36), "ICAO Doc 9303, Part 3, 8th edition, 2021: the "
        "head takes 70 to 80 % of the height", background=LIGHT_GREY,
    ),
    "schengen": Layout(
        "Schengen visa", 35, 45, (32, 36), "Regulation (EC) 810/2009 after ICAO Doc 9303",
        background=LIGHT_GREY,
    ),
    "de": Layout(
        "Germany", 35, 45, (32, 36), "Bundesministerium des Innern, Fotomustertafel",
        background=LIGHT_GREY,
    ),
    "fr": Layout(
        "France", 35, 45, (32, 36), "Ministère de l'Intérieur, after ISO/IEC 19794-5",
        background=LIGHT_GREY,
    ),
    "gb": Layout(
        "United Kingdom", 35, 45, (29, 34), "HM Passport Office, Rules for printed photos",
        background=LIGHT_GREY,
    ),
    "us": Layout(
        "United States", 51, 51, (25, 35), "Department of State, Photo Composition Template: 2 x 2 "
        "inches, head 1 to 1 3/8, eyes 1 1/8 to 1 3/8", eyes=(28, 35),
    ),
    "ca": Layout(
        "Canada", 50, 70, (31, 36), "Immigration, Refugees and Citizenship, Passport photo "
        "specifications",
    ),
    "au": Layout(
        "Australia", 35, 45, (32, 36), "Australian Passport Office, Passport photo guidelines: "
        "35 to 40 x 45 to 50 mm",
    ),
    "cn": Layout(
        "China", 33, 48, (28, 33), "National Immigration Administration, Photo requirements",
        top=(3, 5),
    ),
    "jp": Layout(
        "Japan", 35, 45, (32, 36), "Ministry of Foreign Affairs, Passport photo standard: 34 mm, "
        "give or take 2", top=(2, 6),
    ),
}  # fmt: skip
