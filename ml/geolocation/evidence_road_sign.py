"""What is written on road signs: the words for stop, give way, exit, one way differ by country."""

from __future__ import annotations

from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.countries import listed, speaking
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register
from ml.geolocation.gazetteer import plain

FLOOR = 0.01
QUEBEC = Disc(46.5, -72.5, 250.0, name="Quebec")
# The whole line -> where: countries in capitals, else a language.
WORDS: dict[str, str] = {
    "arret": "QUEBEC", "alto": "MX GT HN NI SV CR PA",
    "pare": "BR AR CL CO PE VE EC BO PY UY PT DO CU",
    "dur": "TR", "止まれ": "JP", "徐行": "JP", "停": "CN TW", "정지": "KR", "หยุด": "TH",
    "berhenti": "MY", "قف": "SA AE EG JO MA IQ KW OM QA BH LB SY YE LY DZ TN", "ایست": "IR",
    "עצור": "IL", "стой": "RU", "yield": "US CA", "give way": "GB AU NZ ZA IN IE KE",
    "ceda el paso": "ES MX AR CL CO PE", "de la preferencia": "BR", "cedez le passage": "FR BE CH",
    "vous n avez pas la priorite": "FR", "ausfahrt": "DE AT CH", "einbahnstrasse": "DE AT CH",
    "umleitung": "DE AT CH", "sortie": "FR BE CH CA", "sens unique": "FR BE CH CA",
    "toutes directions": "FR BE CH", "rappel": "FR", "uscita": "IT CH", "senso unico": "IT CH",
    "salida": "es", "saida": "BR PT", "uitfahrt": "NL BE", "afrit": "BE", "uitgezonderd": "BE NL",
    "udkorsel": "DK", "utfart": "SE", "wyjazd": "PL", "objazd": "PL", "vyjezd": "CZ",
    "izlaz": "HR RS BA",
    "kijarat": "HU", "cikis": "TR", "έξοδος": "GR CY", "выезд": "RU BY KZ", "объезд": "RU BY KZ",
    "way out": "GB", "no thru road": "AU GB CA", "dead end": "US CA", "speed limit": "US CA",
    "keep clear": "GB AU NZ", "diversion": "GB IE IN", "detour": "US CA AU",
}  # fmt: skip


@register("road-sign", "Wording of a road sign", COVER_TEXT, "Road signs by country")
def find(seen: Seen) -> Iterable[Clue]:
    for line in seen.lines:
        whose = WORDS.get(plain(line.text))
        if whose is None:
            continue
        points: tuple[Country | Disc, ...]
        if whose == "QUEBEC":
            points = (QUEBEC,)
        else:
            points = tuple(map(Country, whose.split())) if whose.isupper() else speaking({whose: 1})
        yield clue(line.text, listed(points), points, FLOOR, box=around(line))
