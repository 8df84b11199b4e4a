"""How well weights of evidence tell edited files from honest ones, and whether they are weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.edited import AFTERWARDS
from ml.evaluation.metrics.classification import auc, ece, ratio

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
SPEAKS = float(np.log(2))  # weight from which evidence speaks at least weakly


class File(Protocol):
    """What a file is. condition: how it was saved, or what was done to it afterwards."""

    @property
    def kind(self) -> str: ...
    @property
    def edited(self) -> bool: ...
    @property
    def condition(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What was said of each file: weights, natural logarithms of likelihood ratios of "edited"."""

    said: Floats
    edited: Flags
    kinds: NDArray[np.str_]
    conditions: NDArray[np.str_]

    @classmethod
    def of(cls, files: Sequence[File], said: Sequence[float]) -> Self:
        return cls(
            np.array(said, np.float64),
            np.array([one.edited for one in files], bool),
            np.array([one.kind for one in files]),
            np.array([one.condition for one in files]),
        )

    def metrics(self, weights: Floats) -> dict[str, float]:
        """weights: how often each file counts."""
        first = ~np.isin(self.conditions, AFTERWARDS)
        found = {"auc": self.auc(first, weights), "eer": self.eer(first, weights)}
        found |= self.calibration(first, weights)
        found["false_alarms"] = self.false_alarms(first, weights)
        for name in np.unique(self.conditions[first]):
            here = self.conditions == name
            found[f"auc_{name}"] = self.auc(here, weights)
            found[f"eer_{name}"] = self.eer(here, weights)
            found[f"false_alarms_{name}"] = self.false_alarms(here, weights)
            for kind in np.unique(self.kinds[here]):
                found |= self.of_kind(here, weights, kind, f"_{name}")
        for kind in np.unique(self.kinds[first]):
            found |= self.of_kind(first, weights, kind)
        for name in np.unique(self.conditions[~first]):
            found[f"after_{name}"] = self.auc(self.conditions == name, weights)
        return found

    def of_kind(self, here: Flags, weights: Floats, kind: str, where: str = "") -> dict[str, float]:
        """Of a kind of edit its AUC, of an honest treatment its false alarms."""
        which = self.kinds == kind
        if (here & which & self.edited).any():
            return {f"auc{where}_{kind}": self.auc(here, weights, which)}
        return {f"false_alarms{where}_{kind}": self.false_alarms(here & which, weights)}

    def auc(self, here: Flags, weights: Floats, which: Flags | None = None) -> float:
        """Of edited files, or those of them that are meant, against honest ones."""
        high = here & self.edited & (True if which is None else which)
        low = here & ~self.edited
        return auc(self.said[high], weights[high], self.said[low], weights[low])

    def eer(self, here: Flags, weights: Floats) -> float:
        """The share of errors at the threshold at which as many edited files are missed as honest
        ones are taken for edited (halfway where no threshold makes them equal)."""
        levels, place = np.unique(self.said[here], return_inverse=True)
        edited, count = self.edited[here], len(levels)
        high = np.bincount(place, weights[here] * edited, count)
        low = np.bincount(place, weights[here] * ~edited, count)
        missed = (high.cumsum() - high) / max(float(high.sum()), 1e-12)
        alarms = low[::-1].cumsum()[::-1] / max(float(low.sum()), 1e-12)
        at = int(np.argmin(np.abs(missed - alarms)))
        return float(missed[at] + alarms[at]) / 2

    def false_alarms(self, here: Flags, weights: Floats) -> float:
        """Of honest files the share whose weight speaks for an edit."""
        low = here & ~self.edited
        return ratio(float(weights[low] @ (self.said[low] >= SPEAKS)), float(weights[low].sum()))

    def calibration(self, here: Flags, weights: Floats) -> dict[str, float]:
        """Of the probability of an edit where as many files are edited as honest: the expected
        calibration error, and the mean loss in bits (1 for who knows nothing)."""
        even = weights * here
        for of in (self.edited, ~self.edited):
            even = np.where(of, even / max(float(even[of].sum()), 1e-12), even)
        likely = 1 / (1 + np.exp(-self.said))
        right = np.where(self.edited, likely, 1 - likely)
        return {
            "ece": ece(likely, self.edited, even, 10),
            "log_loss": ratio(-float(even @ np.log2(right)), float(even.sum())),
        }
