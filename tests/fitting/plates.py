"""How many number plates the text finder covers: `python -m tests.fitting.plates PLATES`.

PLATES: photos, each with a text file of a line "file, x, y, width, height, plate" (tabs), as
openalpr's benchmarks are laid out. Nothing was fitted to them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from ml import decode
from ml.contracts import View
from ml.pool import Pool
from ml.protection.text_dbnet import NAME, hidden
from ml.registry import discover
from ml.weights import Weights


def shares(folder: Path, pool: Pool) -> list[float]:
    """Of each plate the share of its box that is covered."""
    found = []
    for file in sorted(folder.glob("*.txt")):
        name, *box, _ = file.read_text().strip().split("\t")
        picture = decode.picture(folder / name)
        left, top, width, height = map(int, box)
        texts = pool.run(NAME, View(picture)).data
        alpha = hidden(picture.pixels.copy(), texts)
        found.append(float((alpha[top : top + height, left : left + width] > 0.5).mean()))
    return found


if __name__ == "__main__":
    discover()
    covered = np.array(shares(Path(sys.argv[1]), Pool(Weights(Path("data/weights")))))
    print(f"{len(covered)} plates: {(covered >= 0.5).sum()} covered by half of their box or more,")
    print(f"{(covered > 0).sum()} touched; in the mean {100 * covered.mean():.0f} % of a box")
