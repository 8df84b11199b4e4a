"""Judges how unlike a person's true photos a face is by how unlike each other these are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from ml.authenticity.identity_kinds import Face, Kind

COUNTS = 5  # so many photos does what is usual among photos of a person weigh beside the own ones
# Standard deviations beyond which a distance says no more. A made face is often nearer to the true
# photos than these are to each other: that speaks for nothing.
CLOSE, FAR = -1.0, 6.0
MOST = log(1000)  # no more can be said by what was measured on hundreds of photos


@dataclass(frozen=True, slots=True)
class Compared:
    """value: how unlike the true photos. low, high: what is usual among these (two standard
    deviations). deviation: in standard deviations from the middle of that, cut at CLOSE and FAR."""

    kind: Kind
    value: float
    low: float
    high: float
    deviation: float

    @property
    def swapped(self) -> float:
        """Log likelihood ratio, a changed face against a genuine one."""
        factor, middle = self.kind.swapped
        return factor * (self.deviation - middle)

    @property
    def alike(self) -> float:
        """Log likelihood ratio, a look-alike against a genuine face."""
        factor, middle = self.kind.alike
        return factor * (self.deviation - middle)


def compared(kind: Kind, mine: Face, theirs: Sequence[Face]) -> Compared:
    """One kind of evidence. theirs: at least two true photos.

    What is usual is drawn from the person's own photos, each against the others, towards what is
    usual among everybody's, the more so the fewer they are.
    """
    own = np.array([kind.unlike(one, others(theirs, one)) for one in theirs])
    count = len(own)
    middle = (count * float(own.mean()) + COUNTS * kind.usual) / (count + COUNTS)
    squares = count * float(own.var()) + COUNTS * kind.spread**2
    spread = float(np.sqrt(squares / (count - 1 + COUNTS)))
    value = kind.unlike(mine, theirs)
    deviation = min(max((value - middle) / spread, CLOSE), FAR)
    return Compared(kind, value, middle - 2 * spread, middle + 2 * spread, deviation)


def others(faces: Sequence[Face], but: Face) -> list[Face]:
    return [one for one in faces if one is not but]


@dataclass(frozen=True, slots=True)
class Odds:
    """Probabilities, 0..1, adding to 1, for somebody who thought all three as likely before."""

    genuine: float
    swapped: float
    alike: float

    @property
    def unsure(self) -> float:
        """How often the likeliest of the three is wrong, over how often a blind guess is: 0..1."""
        return 1.5 * (1 - max(self.genuine, self.swapped, self.alike))


def odds(swapped: float, alike: float) -> Odds:
    """From the log likelihood ratios of a changed face and of a look-alike, against a genuine."""
    over = max(swapped, alike, MOST) - MOST  # which of the two it is may be said all the same
    likely = [1.0, *(exp(max(-MOST, one - over)) for one in (swapped, alike))]
    return Odds(*(one / sum(likely) for one in likely))


def weights(found: Sequence[Compared]) -> list[float]:
    """What each kind adds to the log likelihood ratio of "not genuine", a changed face and a
    look-alike being as likely before. Together they are exactly that ratio.

    log((e^a + e^b) / 2) is the mean of a and b, weighed by how likely each is of the two, plus what
    is unknown of which of them it is (an entropy), less log 2; that rest is spread by their size.
    """
    a, b = sum(one.swapped for one in found), sum(one.alike for one in found)
    changed = 1 / (1 + exp(max(-50.0, min(50.0, b - a))))
    each = np.array([changed * one.swapped + (1 - changed) * one.alike for one in found])
    total = float(np.logaddexp(a, b)) - log(2)
    size = float(np.abs(each).sum())
    rest = (total - float(each.sum())) / size if size else 0.0
    return [float(one + rest * abs(one)) for one in each]
