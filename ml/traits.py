"""Words for what shows of a face or not, told by a few measures that are weighed against each
other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

SAID, DENIED = 0.4, 0.2  # odds from which something is said to be there, and below which not
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that shows or does not.

    weights: measure -> what one more of it adds to the logarithm of the odds. start: that of a face
    all of whose measures are 0. Logistic regression; how each was fitted stands beside it.
    """

    weights: Mapping[str, float]
    start: float

    def odds(self, measured: Mapping[str, float]) -> float:
        """0 (not there) to 1 (there)."""
        more = self.start + sum(weight * measured[name] for name, weight in self.weights.items())
        return 1 / (1 + exp(-min(max(more, -30.0), 30.0)))


def worded(odds: float, there: str, absent: str) -> tuple[str, float | None]:
    """A word, and how sure it is; UNSURE in between."""
    if odds >= SAID:
        return there, round(odds, 2)
    if odds < DENIED:
        return absent, round(1 - odds, 2)
    return UNSURE, None
