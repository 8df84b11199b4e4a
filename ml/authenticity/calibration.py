"""From what a detector measures to how strongly that speaks, and how good it is known to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.registry import Figure

NOTHING_FOUND = "nothing found in the pixels"
SPEAKS = 0.7  # weight from which a finding is said to show something: a ratio of two to one


@dataclass(frozen=True, slots=True)
class Curve:
    """Natural logarithms of likelihood ratios at some scores, straight lines between them and
    level beyond: what lies further out than the photos it was fitted to says no more than they.

    Fitted by `python -m tests.fitting.forensics`.
    """

    scores: tuple[float, ...]
    weights: tuple[float, ...]

    def __call__(self, score: float) -> float:
        return round(float(np.interp(score, self.scores, self.weights)), 2)


def overlapping(weight: float, otherwise: str = "") -> str:
    """The group of a measurement's finding (ml.types.Finding). What speaks against an edit is of
    one group whatever was measured: most edits leave nothing, and that two measurements find
    nothing is hardly more than that one does. What speaks for it is of the group `otherwise`."""
    return NOTHING_FOUND if weight < 0 else otherwise


def reliability(measured: Iterable[Figure], metric: str, words: str) -> str:
    """ "tells face swaps from honest photos with AUC 0.81 (0.76 to 0.85) on lfw, ...": a figure of
    a card in a finding's words; "not measured" where the card has none such."""
    for one in measured:
        if one.metric == metric:
            return f"{words}: {one.value} on {one.data}"
    return "not measured"
