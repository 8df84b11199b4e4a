"""Words for streets: "Calle", "ulica", "-straat" tell the language of who named the street."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue, Country
from ml.geolocation.countries import listed, speaking
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register

FLOOR = 0.02
WEIGHT = 0.8  # the language is told from the same words
# As a regular expression on the whole line -> languages, or countries in capitals.
WORDS: tuple[tuple[str, str], ...] = (
    (r"\w{3,}(?:stra(?:ß|ss)e|gasse|platz|weg|allee|ufer|damm)\b|\w{3,}str\.", "de"),
    (r"\b(?:rue|boulevard|allée|chemin|quai|impasse|place) (?:de|du|des|d'|de la|le|la|l')", "fr"),
    (r"\b(?:via|viale|corso|piazza|vicolo|largo|strada) [A-Z]", "it"),
    (r"\b(?:calle|avenida|paseo|plaza|carrera|camino|callejón)\b(?! d[ao]\b)", "es"),
    (r"\b(?:rua|travessa|alameda|praça|avenida d[aoe]s?|largo d[aoe])\b", "pt"),
    (r"\b(?:ulica|aleja|aleje|plac|osiedle)\b|\bul\. ", "pl"),
    (r"\b(?:carrer|passeig|avinguda|plaça)\b", "ca"),
    (r"\w{3,}(?:straat|laan|plein|gracht|kade|dijk)\b", "nl"),
    (r"\w{3,}(?:gatan|vägen|torget|gränd)\b", "sv"),
    (r"\w{3,}(?:gade|vej|torvet|stræde)\b", "da"),
    (r"\w{3,}(?:gata|veien|vegen|plassen)\b", "no"),
    (r"\w{3,}(?:katu|tie|kuja|tori|polku)\b", "fi"),
    (r"\b(?:utca|út|tér|körút|sétány|köz)\b", "hu"),
    (r"\b(?:caddesi|cad\.|sokak|sokağı|bulvarı|meydanı)", "tr"),
    (r"\b(?:strada|bulevardul|piața|calea|aleea|șoseaua)\b", "ro"),
    (r"\b(?:náměstí|ulice|třída|nábřeží)\b", "cs"),
    (r"\b(?:námestie|ulica|nábrežie)\b", "sk"),
    (r"\b(?:trg|ulica|cesta|šetalište|obala)\b", "hr"),
    (r"\b(?:đường|phố|ngõ|hẻm|đại lộ)\b", "vi"),
    (r"\b(?:jalan|jl\.|gang)\b", "id"),
    (r"\b(?:улица|ул\.|проспект|пр-т|переулок|площадь|бульвар|шоссе)", "ru"),
    (r"\b(?:вулиця|вул\.|провулок|площа)", "uk"),
    (r"\b(?:οδός|οδοσ|λεωφόρος|πλατεία|οδ\.)", "el"),
    (r"(?:שדרות|רחוב|סמטת)", "he"),
    (r"(?:شارع|طريق|ميدان|زنقة)", "ar"),
    (r"(?:خیابان|کوچه|بلوار)", "fa"),
    (r"(?:ถนน|ซอย)", "th"),
    (r"(?:丁目|番地)", "ja"),
    (r"(?:대로|로|길)\s?\d*(?:번길)?$", "ko"),
    (r"\w(?:路|大街|胡同|弄)$", "zh"),
    (r"(?:ქუჩა|გამზირი)", "ka"),
    (r"(?:փողոց|պողոտա)", "hy"),
    (r"(?:मार्ग|सड़क|चौक)", "hi"),
    (r"\b[A-Z]\w+ (?:road|lane|close|crescent|high street|mews)\b", "GB IE AU NZ ZA IN US"),
    (r"\b\w+ (?:blvd|pkwy|hwy|freeway|turnpike)\b", "US CA"),
)  # fmt: skip


@register("street", "Word for a street", COVER_TEXT, "Words for streets by language")
def find(seen: Seen) -> Iterable[Clue]:
    told = set()
    for line in seen.lines:
        for pattern, whose in WORDS:
            match = re.search(pattern, line.text, re.IGNORECASE)
            if match is None or whose in told:
                continue
            told.add(whose)
            points = tuple(map(Country, whose.split())) if whose.isupper() else speaking({whose: 1})
            yield clue(
                match[0].strip(), listed(points), points, FLOOR, weight=WEIGHT, box=around(line)
            )
