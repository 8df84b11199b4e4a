"""Some rounds of the benchmark "protection" by themselves:
`python -m tests.fitting.disguised_rounds LFW KEEP cloak,makeup`.

LFW is the benchmark's folder; the same people's same photos are disguised by the same code, and
each round's proof is kept in KEEP, where `manage.py evaluate protection --keep KEEP` finds it, too.
Told is how many of the pairs that were matched before are matched no more, at the distances within
which one pair of the folder's strangers in a hundred comes (docs/benchmarks tells them).
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ml import registry
from ml.contracts.disguising import OTHER, OWN
from ml.errors import MLError
from ml.evaluation.benchmarks.protection import PEOPLE_MEASURED, by_person, chosen
from ml.evaluation.disguises import AS_IT_IS, HARDEST, UNCHANGED, kept, read
from ml.evaluation.measuring import Setting
from ml.evaluation.readers import samples
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.pool import Pool
from ml.types import JSON
from ml.weights import Weights

LIMITS = {"dlib-resnet": 0.427, "faceres-embedding": 0.775}
SEED = 0


def main(folder: Path, keep: Path, names: list[str]) -> None:
    registry.discover()
    keep.mkdir(parents=True, exist_ok=True)
    pool = Pool(Weights(Path(os.environ.get("WEIGHTS_DIR", "data/weights"))))
    setting = Setting(folder, tuple(LIMITS), pool, None, SEED, keep=keep)
    asked = chosen(by_person(samples.read(folder, PEOPLE, PEOPLE_EXPECT)), PEOPLE_MEASURED)
    for name in names:
        sheets = []
        for done, one in enumerate(asked):
            try:
                sheets.append(kept(setting, one, name))
            except MLError as error:
                print(f"{name}: {one.photo.identity}: {error}")
            print(f"{name} {done + 1} of {len(asked)}", file=sys.stderr)
        told(name, sheets)


def told(name: str, sheets: list[JSON]) -> None:
    found: dict[tuple[str, str, str, str], list[bool]] = defaultdict(list)
    for sheet in sheets:
        for key, misled in readings(name, sheet):
            found[key].append(misled)
    for key, each in sorted(found.items()):
        share = f"{sum(each)} of {len(each)} ({100 * np.mean(each):.0f} %)"
        print(name, *key, share, sep="\t")
    psnr, ssim = (np.array([sheet[what] for sheet in sheets]) for what in ("psnr", "ssim"))
    print(f"{name}\tPSNR {psnr.mean():.2f}, least {psnr.min():.2f} dB", end="")
    print(f"\tSSIM {ssim.mean():.3f}, least {ssim.min():.3f}")


def readings(name: str, sheet: JSON) -> Iterator[tuple[tuple[str, str, str, str], bool]]:
    """(recogniser, its part, compared with, journey) and whether it no longer matches."""
    told = read({name: sheet}, "").distances
    for model, distances in ((one, told[one]) for one in LIMITS):
        for (_, stage, against, journey), after in distances.items():
            before = distances.get((name, UNCHANGED, against, AS_IT_IS))
            counts = against in (OWN, OTHER) and journey in (AS_IT_IS, HARDEST)
            if counts and before is not None and before < LIMITS[model]:
                yield (model, stage, against, journey), after >= LIMITS[model]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].split(","))
