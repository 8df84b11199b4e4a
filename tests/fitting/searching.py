"""How little of a large picture a search sees: `python -m tests.fitting.searching [N KIND SHARE]`.

In N pictures of 40 megapixels one sign (letters 12 pixels high) or one face (20 pixels from brow to
chin) is looked for with SHARE % of the pixels (15): by the search; by the same glimpses on a grid,
in rows and in chance order; and by windows at half resolution in chance order. Backgrounds and
people are those of the half that no weight was fitted on. Printed: the share found after so many
glimpses, and the pixels it took. Nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from math import ceil, sqrt
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from ml import registry
from ml.contracts import DETECTION, TEXT, WRITING
from ml.evaluation.readers.samples import REPORTED
from ml.pool import Pool
from ml.prompting.glimpse import Retina
from ml.prompting.search import Search, closer, search, windows
from ml.prompting.search_sight import Kind, Seen, Sight
from ml.prompting.search_targets import Faces, Hit, Target, Words
from ml.registry import Policy, best
from ml.types import Box
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.search_pictures import Composed, composed

SHARED = Path(__file__).resolve().parents[3] / "shared"
SHARE, PICTURES = 0.15, 15  # of the pixels; of each kind
AFTER = (1, 10, 25, 50, 100, 200, 400, 800)
MODELS = tuple(best(task, Policy()).name for task in (DETECTION, TEXT, WRITING)) if (
    registry.discover() is None) else ()  # fmt: skip


def target(pool: Pool, one: Composed) -> Target:
    return Words(pool, MODELS, one.words) if one.words else Faces(pool, MODELS)


def right(hits: Sequence[Hit], box: Box) -> bool:
    """Whether one of them has its middle in the true box."""
    return any(inside(hit.box.centre, box) for hit in hits)


def inside(at: tuple[float, float], box: Box) -> bool:
    return box.left <= at[0] <= box.right and box.top <= at[1] <= box.bottom


def searched(pool: Pool, one: Composed, share: float = SHARE) -> tuple[int | None, float, Search]:
    """After how many glimpses it was found (None: not), and with what share of the pixels."""
    sight = Sight(one.picture, share)
    went = search(sight, target(pool, one))
    count = sum(step.kind is Kind.GLIMPSE for step in went.path)
    return (count if right(went.hits, one.box) else None), went.seen, went


def scanned(pool: Pool, one: Composed, shuffled: bool, share: float = SHARE) -> int | None:
    """After how many glimpses on a grid it is found. Only those that see its place are looked at
    (others cannot find it), and what they take wrongly for it costs the grid nothing."""
    retina, wanted = Retina(), target(pool, one)
    budget = share * one.picture.size[0] * one.picture.size[1]
    places = grid(one.picture.size, int(budget / retina.samples))
    if shuffled:
        places = np.random.default_rng(len(one.name)).permutation(places)
    for number, (x, y) in enumerate(places, start=1):
        sight = Sight(one.picture, 1.0)
        far = max(abs(x - one.box.centre[0]), abs(y - one.box.centre[1]))
        if far < retina.radius:
            seen = sight.glimpse(retina, (x, y), "the next of a grid")
            if confirmed(sight, wanted, wanted.hits(seen), one.box):
                return number
    return None


def grid(size: tuple[int, int], count: int) -> np.ndarray:
    """count x 2: places on a regular grid over a picture of that width and height, row by row."""
    wide, high = size
    columns = max(1, round(sqrt(count * wide / high)))
    rows = ceil(count / columns)
    x = (np.arange(columns) + 0.5) * wide / columns
    y = (np.arange(rows) + 0.5) * high / rows
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)[:count]


def halves(pool: Pool, one: Composed, share: float = SHARE) -> float | None:
    """The share of the pixels after which windows at half resolution, in chance order, find it."""
    wanted, spent = target(pool, one), 0.0
    half = cv2.resize(one.picture.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    order = windows((half.shape[1], half.shape[0]))
    whole = one.picture.size[0] * one.picture.size[1]
    for number in np.random.default_rng(len(one.name)).permutation(len(order)):
        box = order[number]
        spent += box.area / whole
        if spent > share:
            return None
        there = Box(*(2 * side for side in box.to_json()))
        if inside(one.box.centre, there):
            left, top, right_, bottom = (int(side) for side in box.to_json())
            seen = Seen(half[top:bottom, left:right_], there, 2.0)
            if confirmed(Sight(one.picture, 1.0), wanted, wanted.hits(seen), one.box):
                return spent
    return None


def confirmed(sight: Sight, wanted: Target, hits: Sequence[Hit], box: Box) -> bool:
    near = [hit for hit in hits if hit.box.iou(box) > 0]
    return any(right(wanted.sure(sight.window(closer(hit.box), "")), box) for hit in near)


def curve(name: str, counts: Sequence[int | None]) -> None:
    shares = [np.mean([one is not None and one <= most for one in counts]) for most in AFTER]
    told = "  ".join(
        f"{most}: {100 * share:.0f} %" for most, share in zip(AFTER, shares, strict=True)
    )
    print(f"  {name:<28}{told}  all: {100 * np.mean([one is not None for one in counts]):.0f} %")


def main(count: int, kinds: Sequence[str], most: float) -> None:
    pool = Pool(Weights(weights_folder()))
    for kind in kinds:
        ours: list[int | None] = []
        rows: list[int | None] = []
        chance: list[int | None] = []
        half, seen, wrong, began = [], [], 0, perf_counter()
        for one in composed(SHARED, count, kind, REPORTED):
            found, share, went = searched(pool, one, most)
            ours.append(found)
            seen.append(share)
            wrong += bool(went.hits) and found is None
            rows.append(scanned(pool, one, shuffled=False, share=most))
            chance.append(scanned(pool, one, shuffled=True, share=most))
            half.append(halves(pool, one, most))
            told = f"{one.name}: {found} glimpses, {100 * share:.1f} % seen; grid {rows[-1]}, "
            told += f"shuffled {chance[-1]}, half-size windows {half[-1]}"
            print(told, file=sys.stderr, flush=True)
        spent = [share for share, found in zip(seen, ours, strict=True) if found is not None]
        print(f"{kind}, {count} pictures, {perf_counter() - began:.0f} s; found after glimpses:")
        curve("search", ours)
        curve("grid, in rows", rows)
        curve("grid, in chance order", chance)
        print(f"  half-size windows: {100 * np.mean([one is not None for one in half]):.0f} %")
        print(f"  search: {100 * np.median(spent or [np.nan]):.1f} % of the pixels seen (median of "
              f"those found), most {100 * max(seen):.1f} %; something else was taken for it in "
              f"{wrong}", flush=True)  # fmt: skip


if __name__ == "__main__":
    asked = dict(enumerate(sys.argv))
    main(
        int(asked.get(1, PICTURES)),
        [asked[2]] if 2 in asked else ["sign", "face"],
        float(asked.get(3, 100 * SHARE)) / 100,
    )
