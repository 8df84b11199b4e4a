"""Finding faces: precision against recall over all scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.types import Box

Floats = NDArray[np.float64]
HIT, MISS, IGNORED = 1, 0, -1


def matched(
    found: Sequence[Box], truth: Sequence[Box], ignored: Sequence[bool], overlap: float
) -> list[int]:
    """What each box found is: HIT, MISS, or IGNORED (a face that does not count).

    found: best score first; each takes the free true face it overlaps most, at least by
    `overlap` (IoU); faces that count go before those that do not.
    """
    free = list(range(len(truth)))
    kinds = []
    for box in found:
        ranked = [(not ignored[i], box.iou(truth[i]), i) for i in free]
        good = [one for one in ranked if one[1] >= overlap]
        if not good:
            kinds.append(MISS)
            continue
        counts, _, best = max(good)
        kinds.append(HIT if counts else IGNORED)
        if counts:  # a face that does not count may be found any number of times
            free.remove(best)
    return kinds


def average_precision(
    scores: Floats, hits: NDArray[np.bool_], weights: Floats, positives: float
) -> float:
    """Area under precision over recall, precision made falling (all points, as PASCAL VOC 2010).

    positives: the weight of all true faces, found or not. nan without any.
    """
    if not positives:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hit, weight = hits[order], weights[order]
    true, false = np.cumsum(weight * hit), np.cumsum(weight * ~hit)
    with np.errstate(invalid="ignore"):
        precision = np.nan_to_num(true / (true + false))
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.diff(np.concatenate([[0.0], true / positives]))
    return float(steps @ envelope)
