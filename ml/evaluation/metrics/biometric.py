"""Comparing faces: how often the same person is accepted while strangers are refused.

Similarities: larger is more alike. A face that could not be read has the similarity -inf to every
other: it is never accepted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.metrics.classification import ratio

Floats = NDArray[np.float64]


def tar_at_far(
    genuine: Floats,
    genuine_weights: Floats,
    strangers: Floats,
    stranger_weights: Floats,
    far: float,
    total: float | None = None,
) -> float:
    """Share of genuine pairs accepted at the lowest threshold that accepts at most `far` of the
    pairs of strangers, 0..1.

    strangers: their similarities, descending. total: the weight of all pairs of strangers, where
    `strangers` holds only the most alike of them.
    """
    threshold = threshold_at_far(strangers, stranger_weights, far, total)
    accepted = float(genuine_weights @ (genuine > threshold))
    return ratio(accepted, float(genuine_weights.sum()))


def threshold_at_far(
    strangers: Floats, weights: Floats, far: float, total: float | None = None
) -> float:
    """The similarity that a pair must exceed so that at most `far` of strangers do.

    strangers: descending. A pair whose similarity equals the threshold is refused.
    """
    allowed = far * (float(weights.sum()) if total is None else total)
    # Those of equal weight sums are accepted together or not at all: floating error must not
    # turn an allowed one away.
    over = int(np.searchsorted(np.cumsum(weights), allowed * (1 + 1e-9) + 1e-12, side="right"))
    return float(strangers[over]) if over < len(strangers) else float("-inf")


def roc(
    genuine: Floats, strangers: Floats, total: float | None = None, points: int = 200
) -> tuple[Floats, Floats]:
    """False accept rates from 1 / total to 1 on a logarithmic scale, and the true accept rates.

    strangers: descending; total: how many there are where only the most alike are given.
    """
    count = len(strangers) if total is None else total
    rates = np.geomspace(1 / count, len(strangers) / count, points)
    place = np.minimum((rates * count * (1 + 1e-9)).astype(np.intp), len(strangers) - 1)
    thresholds = strangers[place]
    kept = np.sort(genuine)
    accepted = len(kept) - np.searchsorted(kept, thresholds, side="right")
    return rates, accepted / len(kept)


def best_threshold(similarity: Floats, same: NDArray[np.bool_], weights: Floats) -> float:
    """The threshold with the highest accuracy, in the middle of the gap between two pairs; the
    lowest when several are as good. A pair is accepted when it exceeds it."""
    order = np.argsort(similarity, kind="stable")
    ordered, genuine, counts = similarity[order], same[order], weights[order]
    # right[i]: weight right when the i least alike are refused and the others accepted.
    gained = np.cumsum(np.where(genuine, -counts, counts))
    right = np.concatenate([[0.0], gained]) + float(counts @ genuine)
    apart = np.concatenate([[True], ordered[1:] > ordered[:-1], [True]])
    best = int(np.argmax(np.where(apart, right, -np.inf)))
    if best in (0, len(ordered)):
        return float("-inf") if best == 0 else float(ordered[-1])
    low, high = float(ordered[best - 1]), float(ordered[best])
    return high - 1e-9 if low == float("-inf") else (low + high) / 2


def accuracy_in_folds(
    similarity: Floats, same: NDArray[np.bool_], folds: NDArray[np.intp], weights: Floats
) -> Floats:
    """Of each fold the share right at the threshold that is best on the other folds.

    A pair that could not be read (-inf) is wrong, whether the same person or not.
    """
    read = np.isfinite(similarity)
    found = []
    for fold in np.unique(folds):
        here = folds == fold
        rest = read & (~here if (~here).any() else here)
        threshold = best_threshold(similarity[rest], same[rest], weights[rest])
        right = read & ((similarity > threshold) == same)
        found.append(ratio(float(weights[here] @ right[here]), float(weights[here].sum())))
    return np.array(found)


def fnir_at_fpir(
    mated: Floats,
    mated_weights: Floats,
    unknown: Floats,
    unknown_weights: Floats,
    fpir: float,
) -> float:
    """Share of searches for enrolled people that miss, at the threshold at which at most `fpir`
    of the searches for people who are not enrolled give somebody.

    mated: similarity to the right person where that is the most alike of all, else -inf.
    unknown: similarity to the most alike of the enrolled.
    """
    order = np.argsort(-unknown, kind="stable")
    threshold = threshold_at_far(unknown[order], unknown_weights[order], fpir)
    found = float(mated_weights @ (mated > threshold))
    return 1 - ratio(found, float(mated_weights.sum()))
