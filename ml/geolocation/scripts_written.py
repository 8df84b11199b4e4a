"""Where each script is written: its languages, and parts of countries that have their own."""

from __future__ import annotations

from collections.abc import Mapping

from ml.geolocation.clues import Country, Disc
from ml.geolocation.countries import speaking

# Languages by script, and how much of what one sees of them is in that script.
LANGUAGES: Mapping[str, Mapping[str, float]] = {
    "cyrillic": {
        **dict.fromkeys(("ru", "uk", "bg", "mk", "be", "kk", "ky", "tg", "mn"), 1.0),
        "sr": 0.6,
        "uz": 0.3,
    },
    "greek": {"el": 1.0},
    "arabic": dict.fromkeys(("ar", "fa", "ur", "ps", "sd", "ug", "ku"), 1.0),
    "hebrew": {"he": 1.0},
    "devanagari": {"hi": 1.0, "mr": 0.3, "ne": 1.0},
    "bengali": {"bn": 1.0},
    "sinhala": {"si": 1.0},
    "thai": {"th": 1.0},
    "lao": {"lo": 1.0},
    "burmese": {"my": 1.0},
    "khmer": {"km": 1.0},
    "georgian": {"ka": 1.0},
    "armenian": {"hy": 1.0},
    "ethiopic": {"am": 1.0, "ti": 1.0},
    "hangul": {"ko": 1.0},
    "kana": {"ja": 1.0},
    "han": {"zh": 1.0, "ja": 0.4},
}
# The heart of where a script is at home within a country, and about how far it reaches, in km.
HOMES: Mapping[str, tuple[Disc | Country, ...]] = {
    "bengali": (Disc(23.4, 88.2, 170, 1.0, "West Bengal"), Country("BD")),
    "gujarati": (Disc(22.5, 71.8, 200, 1.0, "Gujarat"),),
    "gurmukhi": (Disc(31.0, 75.5, 140, 1.0, "Punjab in India"),),
    "tamil": (Disc(11.0, 78.5, 200, 1.0, "Tamil Nadu"), Country("LK", 0.4), Country("SG", 0.15)),
    "telugu": (Disc(16.6, 79.6, 230, 1.0, "Andhra Pradesh and Telangana"),),
    "kannada": (Disc(14.5, 76.0, 220, 1.0, "Karnataka"),),
    "malayalam": (Disc(10.3, 76.4, 170, 1.0, "Kerala"),),
    "sinhala": (Country("LK"),),
    # English is named first of India's and Ethiopia's languages, and is not what their signs show.
    "devanagari": (Country("IN"), Country("NP")),
    "ethiopic": (Country("ET"), Country("ER", 0.8)),
    "han": (
        *(Country(code) for code in ("CN", "TW", "HK", "MO")),
        Country("SG", 0.3),
        Country("MY", 0.15),
        Country("JP", 0.4),
    ),
    "hebrew": (Country("IL"), Country("PS", 0.15)),
}


def written_in(script: str) -> tuple[Disc | Country, ...]:
    """Where signs are in that script; () for scripts that are everywhere."""
    if script in HOMES:
        return HOMES[script]
    return speaking(LANGUAGES.get(script, {}))
