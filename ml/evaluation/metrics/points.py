"""How far points and angles are from where they should be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def nme(found: ArrayLike, truth: ArrayLike, scale: float) -> float:
    """Normalised mean error: mean distance of N x 2 points, in units of `scale` pixels."""
    apart = np.linalg.norm(np.asarray(found, np.float64) - np.asarray(truth, np.float64), axis=1)
    return float(apart.mean() / scale)


def failure_rate(errors: Floats, limit: float, weights: Floats) -> float:
    """Share of faces whose error exceeds the limit."""
    return float(weights @ (errors > limit) / weights.sum())


def auc_below(errors: Floats, limit: float, weights: Floats) -> float:
    """Area under the share of faces with at most an error, from 0 to `limit`, divided by it: 1
    when all are exact, 0 when none is below the limit."""
    left = np.clip(limit - errors, 0, None) / limit
    return float(weights @ left / weights.sum())


def angle_between(found: Floats, truth: Floats) -> Floats:
    """Degrees from one angle to the other the short way round, 0..180."""
    apart: Floats = np.abs((found - truth + 180) % 360 - 180)
    return apart


def mean(values: Floats, weights: Floats) -> float:
    """The weighted mean; nan values are left out; nan of nothing."""
    known = np.isfinite(values)
    total = float(weights[known].sum())
    return float(weights[known] @ values[known]) / total if total else float("nan")


def quantile(values: Floats, weights: Floats, q: float) -> float:
    """The value that a share q of all weight does not exceed, the least one; nan values are left
    out; nan of nothing."""
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return float("nan")
    order = np.argsort(values[known])
    reached = np.cumsum(weights[known][order])
    found = np.searchsorted(reached, q * reached[-1] * (1 - 1e-12))
    return float(values[known][order][found])


def share(which: NDArray[np.bool_], weights: Floats) -> float:
    """The weight of those as a part of all; nan of nothing."""
    total = float(weights.sum())
    return float(weights @ which) / total if total else float("nan")
