"""What ml.analysis.pose_mesh takes for a profile: `python -m tests.fitting.profiles LFW`.

profiles.csv names faces in LFW's photos, many of them in the background, by the middle of their
box, with what one person saw there: profile (the far eye is hidden, or nearly), half profile, or
ordinary. The cut is set on one half of the photos and tried on the other; then it is tried on the
meant face of every photo. Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from hashlib import sha256
from math import dist
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.analysis.pose_mesh import EYES_FALL_TOGETHER, eyes_apart
from ml.contracts import View
from ml.evaluation.readers.samples import pictures
from ml.pool import Pool
from ml.types import Face
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

LABELS = Path(__file__).with_name("profiles.csv")
PROFILE, OTHERS = "profile", ("half profile", "ordinary")


def main(data: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    labelled(pool, data)
    meant(pool, data)


def faces(pool: Pool, photo: Path) -> tuple[Face, ...]:
    return pool.run("centerface", View(decode.picture(photo))).faces


def apart(face: Face) -> float:
    value = eyes_apart(face)
    assert value is not None  # CenterFace gives points
    return value


def labelled(pool: Pool, data: Path) -> None:
    with LABELS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    values, labels, first = [], [], []
    for row in rows:
        place = float(row["x"]), float(row["y"])
        near = min(faces(pool, data / row["file"]), key=lambda one: dist(one.box.centre, place))
        values.append(apart(near))
        labels.append(row["label"])
        first.append(int(sha256(row["file"].encode()).hexdigest(), 16) % 2 == 0)
    told, named, half = np.array(values), np.array(labels), np.array(first)
    best = cut(told[half], named[half] == PROFILE)
    print(f"cut {best:.3f} on the first half, {EYES_FALL_TOGETHER} in the model")
    for name, part in (("first", half), ("second", ~half)):
        hits = told[part & (named == PROFILE)] < EYES_FALL_TOGETHER
        print(f"{name} half: {hits.sum()} of {len(hits)} profiles told", end="")
        for other in OTHERS:
            false = told[part & (named == other)] < EYES_FALL_TOGETHER
            print(f", {false.sum()} of {len(false)} {other} taken for one", end="")
        print()


def cut(values: np.ndarray, is_profile: np.ndarray) -> float:
    """With the fewest mistakes; in the middle between the two faces on either side of it."""
    ordered = np.sort(values)
    between = (ordered[1:] + ordered[:-1]) / 2
    wrong = [int(((values < one) != is_profile).sum()) for one in between]
    fewest = between[np.array(wrong) == min(wrong)]
    return float(fewest[len(fewest) // 2])


def meant(pool: Pool, data: Path) -> None:
    """How many of the faces that the photos are of are taken for profiles, and which."""
    counts: Counter[str] = Counter()
    for photo in pictures(data):
        found = faces(pool, photo)
        if found:
            middle = min(found, key=lambda one: dist(one.box.centre, (124.5, 124.5)))
            told = apart(middle) < EYES_FALL_TOGETHER
            counts["told" if told else "not"] += 1
            if told:
                print(photo.name, f"{apart(middle):.2f}")
    print(f"of all photos' meant faces {counts['told']} of {counts.total()} taken for profiles")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
