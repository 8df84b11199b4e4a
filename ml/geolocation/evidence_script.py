"""The script that writing is in, told by its looks: it says a country even when nobody reads it."""

from __future__ import annotations

from collections.abc import Iterable

from ml.contracts import Line
from ml.geolocation.clues import Clue
from ml.geolocation.countries import listed
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register
from ml.geolocation.scripts_written import written_in
from ml.geolocation.writing_ppocr import script_of

# How likely signs in a script are elsewhere: restaurants, shrines, tourists' signs, misread boxes.
FLOORS = {
    "han": 1.5e-3, "arabic": 1e-3, "kana": 5e-4, "hangul": 5e-4, "thai": 5e-4, "cyrillic": 5e-4,
    "devanagari": 3e-4,
}  # fmt: skip
FLOOR = 2e-4
SURE = 0.55  # of a script: below that a box says nothing
BY_READING = 0.85  # of a reading in that script: then its looks need not be as sure
READ_SURE = 0.25
DOUBT = 100.0  # a single box at the threshold of SURE: so many times the floor
UNDOUBTED = 0.97


@register(
    "script",
    "Script of the writing",
    COVER_TEXT,
    "Languages of countries: GeoNames; scripts of languages: Unicode CLDR",
)
def find(seen: Seen) -> Iterable[Clue]:
    scripts = dict.fromkeys(line.script for line in seen.lines)
    for script in scripts:
        points = written_in(script)
        sure = [line for line in seen.lines if line.script == script and is_sure(line)]
        if not points or not sure:
            continue
        best = max(sure, key=lambda line: line.script_score)
        floor = FLOORS.get(script, FLOOR) * doubt(best, len(sure))
        saw = f"{script.capitalize()} writing"
        yield clue(saw, listed(points), points, floor, box=around(best))


def is_sure(line: Line) -> bool:
    """A line that was read as something else, a number for instance, says nothing by its looks."""
    if line.text and script_of(line.text) != line.script:
        return False
    by_reading = line.score >= BY_READING and line.script_score >= READ_SURE
    return by_reading or line.script_score >= SURE


def doubt(best: Line, boxes: int) -> float:
    """What the floor is multiplied by: 1 for a sure box or several, up to DOUBT for a single one,
    which is often no text, or other text, that the network has mistaken."""
    if boxes > 1 or best.score >= BY_READING:
        return 1.0
    unsure = (UNDOUBTED - best.script_score) / (UNDOUBTED - SURE)
    return float(DOUBT ** min(1.0, max(0.0, unsure)))
