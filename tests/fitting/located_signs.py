"""How signs drawn by tests.fitting.street_signs are located:
`python -m tests.fitting.located_signs FOLDER [a|b] [--without-tesseract]`.

Prints, of the half that is named (all where none is), how often the regions of 50 and 90 % hold the
truth by kind of photo, the smallest region of 90 % of a photo without clues, and how often the
strongest clue is the right one. Only pixels are looked at.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.contracts import TEXT, WRITING, Output, View
from ml.geolocation.ledger import Ledger
from ml.geolocation.location_ledger import NAME, told
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights

SHARES = (0.5, 0.9)
Row = dict[str, str]


def located(path: Path, pool: Pool) -> Ledger:
    """The ledger of a photo's pixels."""
    picture = Picture(decode.picture(path).pixels)
    text = pool.run("dbnet-text", View(picture))
    writing = pool.run("ppocr-writing", View(picture, outputs={TEXT: text}))
    view = View(picture, outputs={WRITING: Output(data=writing.data)})
    ledger = told(NAME, view, writing.data).data
    assert isinstance(ledger, Ledger)
    return ledger


def named(ledger: Ledger) -> str:
    """The source of the clue without which the answer widens most."""
    if not ledger.without:
        return ""
    strongest = ledger.without[0].clue
    return next(clue.source for clue in ledger.clues if clue.name == strongest)


def sheet(rows: list[Row], ledgers: list[Ledger]) -> None:
    held = defaultdict(list)
    areas, right = defaultdict(list), []
    for row, ledger in zip(rows, ledgers, strict=True):
        where = float(row["lat"]), float(row["lon"])
        for kind in (row["kind"], "all"):
            held[kind].append([ledger.answer.region(share).holds(*where) for share in SHARES])
            areas[kind].append(ledger.answer.region(0.9).km2)
        if row["clue"]:
            right.append(row["clue"] in {clue.source for clue in ledger.clues if clue.read})
            right[-1] = right[-1], named(ledger) == row["clue"]
    for kind, found in held.items():
        shares = np.mean(found, axis=0)
        told_areas = f"{np.median(areas[kind]) / 1e6:.2f} (least {min(areas[kind]) / 1e6:.2f})"
        print(
            f"{kind:11} n {len(found):3}  held 50 %: {shares[0]:.3f}  90 %: {shares[1]:.3f}  "
            f"million km2 of 90 %, median: {told_areas}"
        )
    there, first = np.mean(right, axis=0)
    print(f"right clue in the ledger {there:.3f}, and the strongest {first:.3f}, of {len(right)}")


def main() -> None:
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    if "--without-tesseract" in words:
        os.environ["PATH"] = ""
    registry.discover()
    pool = Pool(Weights(Path("data/weights")))
    with (folder / "places.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if not {"a", "b"} & set(words) - {row["half"]}]
    sheet(rows, [located(folder / row["image"], pool) for row in rows])


if __name__ == "__main__":
    main()
