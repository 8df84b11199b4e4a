"""Prices: signs and codes of currencies next to numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ml.geolocation.clues import Clue
from ml.geolocation.countries import listed, with_currency
from ml.geolocation.evidence import COVER_TEXT, Seen, around, clue, register

FLOOR, WEAK_FLOOR = 0.004, 0.08  # elsewhere; of signs that are misread or mean other things
SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "£": ("GBP", "EGP", "LBP", "GIP"), "₽": ("RUB",), "₴": ("UAH",), "₺": ("TRY",),
    "₹": ("INR",), "₪": ("ILS",), "₩": ("KRW", "KPW"), "฿": ("THB",), "₫": ("VND",), "₦": ("NGN",),
    "₱": ("PHP",), "₾": ("GEL",), "֏": ("AMD",), "₸": ("KZT",), "₼": ("AZN",), "₵": ("GHS",),
    "₡": ("CRC",), "₲": ("PYG",), "៛": ("KHR",), "₭": ("LAK",), "৳": ("BDT",), "円": ("JPY",),
    "元": ("CNY", "TWD"), "원": ("KRW",), "руб": ("RUB", "BYN"), "грн": ("UAH",), "лв": ("BGN",),
    "тг": ("KZT",), "zł": ("PLN",), "Kč": ("CZK",), "Ft": ("HUF",), "R$": ("BRL",),
    "lei": ("RON", "MDL"), "CHF": ("CHF",), "Rp": ("IDR",), "RM": ("MYR",),
    "Rs": ("INR", "PKR", "LKR", "NPR"),
    "S/": ("PEN",), "TL": ("TRY",), "kn": ("HRK", "EUR"), "din": ("RSD",), "ден": ("MKD",),
    "A$": ("AUD",), "NZ$": ("NZD",), "HK$": ("HKD",), "NT$": ("TWD",), "US$": ("USD",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "KSh": ("KES",), "Ksh": ("KES",), "TSh": ("TZS",),
    "ksh": ("KES",), "DH": ("MAD", "AED"), "د.إ": ("AED",), "درهم": ("MAD", "AED"), "บาท": ("THB",),
    "đ": ("VND",), "SR": ("SAR",), "ر.س": ("SAR",),
    "EUR": ("EUR",), "USD": ("USD",), "GBP": ("GBP",),
    "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"),
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "ARS", "CLP", "COP", "SGD", "HKD", "TWD", "UYU"),
}  # fmt: skip
WEAK = frozenset(
    ("$", "£", "¥", "￥", "kn", "RM", "TL", "DH", "SR", "S/", "din", "Ft", "tr", "EUR", "USD")
)
NUMBER = r"\d{1,3}(?:[ .,’']?\d{3})*(?:[.,]\d{1,2}|,-)?"
SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
PRICE = re.compile(
    rf"(?:(?<!\w)(?P<before>{SIGN})\.?\s?{NUMBER})|(?:{NUMBER}\s?(?P<after>{SIGN})(?!\w))"
)


@register("currency", "Price", COVER_TEXT, "ISO 4217; GeoNames")
def find(seen: Seen) -> Iterable[Clue]:
    told = set()
    for line in seen.lines:
        for match in PRICE.finditer(line.text):
            sign = match["before"] or match["after"]
            if sign in told:
                continue
            told.add(sign)
            points = with_currency(SIGNS[sign])
            floor = WEAK_FLOOR if sign in WEAK else FLOOR
            yield clue(match[0], listed(points), points, floor, box=around(line))
