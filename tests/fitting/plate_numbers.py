"""How number plates are read and placed: `python -m tests.fitting.plate_numbers PLATES`.

PLATES: as for tests.fitting.plates. Of each plate the line that overlaps its box most is compared
with what it says: letters and digits, by edit distance. The country is that of the layout, against
the makers' sets, which the files' names tell (openalpr's benchmarks: eu, us, br). Nothing was
fitted to them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from ml import decode, registry
from ml.contracts import TEXT, Line, View
from ml.geolocation.evidence import around
from ml.geolocation.evidence_plate import countries_of
from ml.pool import Pool
from ml.types import Box
from ml.weights import Weights

EUROPE = {
    *(
        "AL",
        "AT",
        "BE",
        "BG",
        "CH",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
    ),
    *("IE", "IT", "LT", "LV", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "UA"),
}
SETS = ((r"[A-Z]{3}\d{4}", {"BR"}), (r"eu|test", EUROPE), (r"", {"US"}))


def home(name: str) -> set[str]:
    """The countries that a file's plate may be of, by the set that its name tells."""
    return next(countries for start, countries in SETS if re.match(start, name))


def plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def read(lines: tuple[Line, ...], box: Box) -> str:
    """What stands in the line that overlaps the box most; "" for none."""
    best = max(lines, key=lambda line: around(line).iou(box), default=None)
    return best.text if best is not None and around(best).iou(box) > 0.1 else ""


def main() -> None:
    registry.discover()
    pool = Pool(Weights(Path("data/weights")))
    right, letters, whole, placed, seen = 0, 0, 0, 0, 0
    for file in sorted(Path(sys.argv[1]).glob("*.txt")):
        name, *sides, wanted = file.read_text().strip().split("\t")
        left, top, width, height = map(int, sides)
        picture = decode.picture(file.parent / name)
        text = pool.run("dbnet-text", View(picture))
        writing = pool.run("ppocr-writing", View(picture, outputs={TEXT: text})).data
        found = read(writing.lines, Box(left, top, left + width, top + height))
        wrong = Levenshtein.distance(plain(found), plain(wanted))
        letters += len(plain(wanted))
        right += max(0, len(plain(wanted)) - wrong)
        whole += plain(found) == plain(wanted)
        told = countries_of(found) if found else None
        placed += bool(told and set(told[0]) & home(name))
        seen += told is not None
        print(f"{name:45} {wanted:10} {found:16} {'' if told is None else ' '.join(told[0])}")
    count = len(list(Path(sys.argv[1]).glob("*.txt")))
    print(f"{count} plates, characters right {np.round(right / letters, 3)}, whole {whole}; ")
    print(f"layout known of {seen}, with the right country among its countries {placed}")


if __name__ == "__main__":
    main()
