"""The language of what is written, told by a detector of languages (lingua, Apache-2.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import exp
from typing import Any

from ml.contracts import Line
from ml.geolocation.clues import Clue
from ml.geolocation.countries import listed, speaking
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register, unread

# Scripts with several languages; the others say all by their script.
SCRIPTS = ("latin", "cyrillic", "arabic", "devanagari", "han")
FEWEST = {"latin": 5, "cyrillic": 4, "arabic": 4, "devanagari": 4, "han": 2}  # letters
LIKELY = 0.03  # languages below are left out
FLOOR, SHORT, LETTERS = 0.0004, 0.04, 6.0  # elsewhere, for much text; more for short text
EVERYWHERE = {"en": 0.3, "fr": 0.0015, "it": 0.0015, "es": 0.001}
WEIGHT = 0.85
NONE = "nothing that is read is long enough for a language"
# How many signs in the world are in a language, against others of its script: the detector knows
# how words are spelt, and not that Catalan is rarer than Spanish. No others are looked for.
SIGNS = {
    "en": 3.0, "es": 3.0, "fr": 3.0, "de": 3.0, "pt": 3.0, "it": 2.0, "pl": 1.5, "nl": 1.0,
    "tr": 1.5, "id": 1.5, "vi": 1.5, "ro": 0.7, "cs": 0.7, "hu": 0.7, "sv": 0.7, "da": 0.5,
    "nb": 0.5, "fi": 0.5, "hr": 0.3, "sk": 0.3, "sl": 0.2, "sq": 0.2, "lt": 0.2, "lv": 0.2,
    "et": 0.2, "ca": 0.3, "az": 0.2, "ru": 4.0, "uk": 1.0, "bg": 0.5, "sr": 0.5, "kk": 0.4,
    "mn": 0.2, "ar": 4.0, "fa": 1.0, "ur": 1.0, "hi": 2.0, "mr": 0.5, "zh": 4.0, "ja": 1.5,
}  # fmt: skip


@register("language", "Language", COVER_TEXT, "lingua-language-detector; GeoNames")
def find(seen: Seen) -> Iterable[Clue]:
    for script in SCRIPTS:
        lines = [line for line in seen.lines if line.text and line.script == script]
        text = worded(" ".join(line.text for line in lines))
        letters = sum(letter.isalpha() for letter in text)
        if not lines:
            continue
        box = around(max(lines, key=lambda line: len(line.text)))
        if letters < FEWEST[script]:
            yield unread(f"{text[:40]}", NONE, box)
            continue
        found = told(text)
        if not found:
            continue
        yield of(found, text, letters, lines)


def worded(text: str) -> str:
    """Without addresses, numbers and codes: what is left are words."""
    words = (word for word in text.split() if not re.search(r"\d|\w\.\w|@|//", word))
    return " ".join(words)


def of(found: dict[str, float], text: str, letters: int, lines: list[Line]) -> Clue:
    best = max(found, key=lambda one: found[one])
    points = speaking(found)
    floor = FLOOR + SHORT * exp(-letters / LETTERS)
    floor = max(floor, sum(EVERYWHERE.get(one, 0.0) * share for one, share in found.items()))
    box = around(max(lines, key=lambda line: len(line.text)))
    tells = f"{NAMES.get(best, best)} ({100 * found[best]:.0f} %): {listed(points)}"
    return clue(f"“{text[:60]}”", tells, points, min(floor, 0.9), weight=WEIGHT, box=box)


def told(text: str) -> dict[str, float]:
    """ISO 639-1 codes and how likely each is, together 1."""
    values = detector().compute_language_confidence_values(text)
    found = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
    weighed = {code: value * SIGNS[code] for code, value in found.items()}
    total = sum(weighed.values())
    if not total:
        return {}
    shares = {OTHERS.get(code, code): share / total for code, share in weighed.items()}
    return {code: share for code, share in shares.items() if share >= LIKELY}


# Norwegian is told as one of its two written forms, and named as a whole in lists of countries.
OTHERS = {"nb": "no"}
NAMES: dict[str, str] = {}


@cache
def detector() -> Any:
    """With the languages above only: its models take some 15 MB each. Its mode of less memory took
    most short texts for the wrong language."""
    from lingua import Language, LanguageDetectorBuilder

    spoken = {one.iso_code_639_1.name.lower(): one for one in Language.all()}
    NAMES.update({code: one.name.capitalize() for code, one in spoken.items()})
    NAMES["no"] = "Norwegian"
    wanted = [one for code, one in spoken.items() if code in SIGNS]
    return LanguageDetectorBuilder.from_languages(*wanted).build()
