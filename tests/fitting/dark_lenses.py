"""Before which eyes ml.analysis.dark_lenses sees dark glass: `python -m tests.fitting.dark_lenses
LFW`.

dark_lenses.csv names photos of LFW with what one person saw before the eyes of the meant face:
dark (sunglasses through which no eye is seen), tinted (an eye shows through), or bare (clear
glasses too). They are the 70 whose eyes are darkest against their cheeks, and so the hardest of
the bare ones. Then every tenth other face is looked at as it is, and with sunglasses drawn over it.
Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.analysis.dark_lenses import behind
from ml.contracts import View
from ml.evaluation.benchmarks.occlusion import asked
from ml.evaluation.looking import nearest
from ml.evaluation.occluders import paste
from ml.evaluation.readers.samples import Sample, pictures
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.occlusion import meshed

LABELS = Path(__file__).with_suffix(".csv")
EVERY = 10


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    with LABELS.open(newline="") as file:
        labels = {row["file"]: row["label"] for row in csv.DictReader(file)}
    told: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    for number, photo in enumerate(pictures(folder)):
        half = "asked" if asked(photo.parent.name) else "fitted on"
        label = labels.get(photo.name, "not labelled")
        if number % EVERY and photo.name not in labels:
            continue
        picture, mesh = seen(pool, photo)
        if mesh is None:
            continue
        looks = [(label, picture)]
        if label == "not labelled":
            draw = np.random.default_rng(number)
            looks.append(("drawn", paste("sunglasses", picture, mesh, draw)[0]))
        for name, one in looks:
            every[name, half] += 1
            if behind(one, mesh):
                told[name, half] += 1
                if name == "not labelled":
                    print(photo.name)
    for (name, half), count in sorted(every.items()):
        print(f"{name}, half {half}: {told[name, half]} of {count} taken for covered")


def seen(pool: Pool, photo: Path) -> tuple[Picture, np.ndarray | None]:
    picture = decode.picture(photo)
    sample = Sample(photo.name, photo, None, photo.parent.name)
    faces = nearest(pool.run("centerface", View(picture)).faces, sample, picture)
    return picture, meshed(pool, picture, faces[0]) if faces else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
