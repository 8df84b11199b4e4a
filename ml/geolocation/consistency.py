"""How much an answer depends on how the photo happens to be: the same photo cropped, mirrored,
brighter or darker ought to be placed alike (as black-box studies of geolocating models ask).

Mirrored, writing cannot be read: what then stays does not hang on words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml.geolocation.clues import Clue
from ml.geolocation.fusion import fused
from ml.geolocation.ledger import distance
from ml.types import JSON

Pixels = NDArray[np.uint8]
CROPPED, BRIGHTER, DARKER = 0.9, 1.25, 0.75
SAME_KM = 750.0  # "the same country"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an equivalent of the photo was placed. overlap: of the two distributions over cells,
    0..1: the sum of what both say. km: between the likeliest points."""

    change: str
    overlap: float
    km: float

    @property
    def same(self) -> bool:
        return self.km <= SAME_KM

    def to_json(self) -> JSON:
        return {slot: getattr(self, slot) for slot in self.__slots__}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(**data)


def equivalents(pixels: Pixels) -> Mapping[str, Pixels]:
    """The photo in other guises, by what was done to it."""
    return {name: np.ascontiguousarray(change(pixels)) for name, change in CHANGES.items()}


def cropped(pixels: Pixels) -> Pixels:
    high, wide = pixels.shape[:2]
    top, left = (round(side * (1 - CROPPED) / 2) for side in (high, wide))
    return pixels[top : high - top or high, left : wide - left or wide]


def mirrored(pixels: Pixels) -> Pixels:
    return pixels[:, ::-1]


def lit(factor: float) -> Callable[[Pixels], Pixels]:
    return lambda pixels: np.clip(pixels.astype(np.float32) * factor, 0, 255).astype(np.uint8)


CHANGES: Mapping[str, Callable[[Pixels], Pixels]] = {
    "cropped": cropped,
    "mirrored": mirrored,
    "brighter": lit(BRIGHTER),
    "darker": lit(DARKER),
}


def agreement(clues: Sequence[Clue], others: Mapping[str, Sequence[Clue]]) -> tuple[Agreement, ...]:
    """How far the clues of the photo's equivalents, by what was done, lead to the same answer."""
    first = fused(clues)
    known = dict(zip(first.cells.names, first.mass.tolist(), strict=True))
    found = []
    for change, seen in others.items():
        other = fused(seen)
        masses = zip(other.cells.names, other.mass.tolist(), strict=True)
        overlap = sum(min(mass, known.get(name, 0.0)) for name, mass in masses)
        km = distance(first.peak, other.peak)
        found.append(Agreement(change, round(min(overlap, 1.0), 4), round(km, 1)))
    return tuple(found)
