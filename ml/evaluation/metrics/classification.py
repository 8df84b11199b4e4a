"""How often a word or a class is right, overall and by class, and whether scores mean what they
say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NO_ANSWER = -1
"""The class of a face that was not read: never right, but among what was asked."""


def accuracy(truth: NDArray[np.intp], said: NDArray[np.intp], weights: Floats) -> float:
    """Share that is right, 0..1. truth, said: class numbers; said may be NO_ANSWER."""
    return ratio(float(weights @ (truth == said)), float(weights.sum()))


def confusion(
    truth: NDArray[np.intp], said: NDArray[np.intp], classes: int, weights: Floats
) -> Floats:
    """classes x (classes + 1): row what it is, column what was said; the last: no answer."""
    columns = np.where(said == NO_ANSWER, classes, said)
    flat = np.bincount(truth * (classes + 1) + columns, weights, classes * (classes + 1))
    return flat.reshape(classes, classes + 1).astype(np.float64)


def balanced_accuracy(counts: Floats) -> float:
    """Mean over the classes that occur of the share that is right. counts: of `confusion`."""
    recalls = recall(counts)
    return float(np.nanmean(recalls)) if np.isfinite(recalls).any() else float("nan")


def recall(counts: Floats) -> Floats:
    """Of each class the share that is right; nan for classes that do not occur."""
    occurs = counts.sum(1)
    right = np.diag(counts).astype(np.float64)
    return quotients(right, occurs)


def macro_f1(counts: Floats) -> float:
    """Mean of the classes' F1; a class that neither occurs nor is said does not count."""
    scores = f1(counts)
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else float("nan")


def f1(counts: Floats) -> Floats:
    """Of each class 2 TP / (2 TP + FP + FN); nan where it neither occurs nor is said."""
    square = counts[:, : len(counts)]
    both = counts.sum(1) + square.sum(0)
    return quotients(2 * np.diag(square), both)


def ece(scores: Floats, right: NDArray[np.bool_], weights: Floats, bins: int = 15) -> float:
    """Expected calibration error: mean distance between score and share right, over equal bins of
    the score 0..1 (Guo et al., On Calibration of Modern Neural Networks, 2017). nan scores are
    left out."""
    total = 0.0
    for weight, mean_score, share in reliability(scores, right, weights, bins):
        total += weight * abs(mean_score - share)
    return ratio(total, float(weights[np.isfinite(scores)].sum()))


def reliability(
    scores: Floats, right: NDArray[np.bool_], weights: Floats, bins: int = 15
) -> list[tuple[float, float, float]]:
    """Of each bin that holds something: its weight, mean score and share right."""
    known = np.isfinite(scores)
    scores, hits, weights = scores[known], right[known].astype(np.float64), weights[known]
    index = np.clip((scores * bins).astype(np.intp), 0, bins - 1)
    held = np.bincount(index, weights, bins)
    sums = np.bincount(index, weights * scores, bins), np.bincount(index, weights * hits, bins)
    return [
        (float(held[i]), float(sums[0][i] / held[i]), float(sums[1][i] / held[i]))
        for i in np.flatnonzero(held)
    ]


def auc(high: Floats, high_weights: Floats, low: Floats, low_weights: Floats) -> float:
    """Area under the ROC curve: how often one of `high` scores above one of `low`, equal scores
    counting half; nan where either is empty (Hanley and McNeil, The Meaning and Use of the Area
    under a ROC Curve, 1982)."""
    _, place = np.unique(np.concatenate([high, low]), return_inverse=True)
    kinds = int(place.max(initial=-1)) + 1
    above = np.bincount(place[: len(high)], high_weights, kinds)
    below = np.bincount(place[len(high) :], low_weights, kinds)
    right = float(above @ (below.cumsum() - below / 2))
    return ratio(right, float(above.sum() * below.sum()))


def numbered(words: Sequence[str | None], classes: Sequence[str]) -> NDArray[np.intp]:
    """Words as class numbers; None and words outside the classes as NO_ANSWER."""
    number = {word: index for index, word in enumerate(classes)}
    found = [NO_ANSWER if word is None else number.get(word, NO_ANSWER) for word in words]
    return np.array(found, np.intp)


def quotients(over: Floats, under: Floats) -> Floats:
    """The quotients; nan over nothing."""
    found: Floats = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return found


def ratio(over: float, under: float) -> float:
    """The quotient; nan over nothing."""
    return over / under if under else float("nan")
