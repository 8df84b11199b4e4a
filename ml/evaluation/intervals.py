"""How sure a figure is: 95 % intervals by drawing people, never photos or pairs, again and again.

Two photos of one person are no two witnesses. A draw gives each person a count of how often he
was drawn; every sample weighs as its person does (Efron and Tibshirani, 1993).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Score = Callable[[Floats], Mapping[str, float]]
DRAWS = 1000
LEVEL = 95.0


def drawn(identities: Sequence[str], draws: int, seed: int) -> NDArray[np.float64]:
    """draws x samples: how often each sample's person was drawn. The same seed, the same draws."""
    people, index = np.unique(np.asarray(identities), return_inverse=True)
    random = np.random.default_rng(seed)
    chosen = random.integers(0, len(people), (draws, len(people)))
    counts = np.stack([np.bincount(row, minlength=len(people)) for row in chosen])
    weights: NDArray[np.float64] = counts[:, index].astype(np.float64)
    return weights


def scores(score: Score, weights: NDArray[np.float64]) -> dict[str, Floats]:
    """Every metric of every draw."""
    rows = [score(row) for row in weights if row.any()]
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def interval(values: Floats, level: float = LEVEL) -> tuple[float, float]:
    """The middle `level` percent of the draws; nan where no draw gave a figure."""
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    half = (100 - level) / 2
    low, high = np.percentile(known, [half, 100 - half])
    return float(low), float(high)


def p_value(differences: Floats) -> float:
    """Two-sided: how often draws put the difference on the other side of nought, never 0 (there
    were only so many draws)."""
    known = differences[np.isfinite(differences)]
    if not len(known):
        return float("nan")
    below, above = (known <= 0).sum() + 1, (known >= 0).sum() + 1
    return float(min(1.0, 2 * min(below, above) / (len(known) + 1)))
