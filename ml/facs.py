"""Action units of the Facial Action Coding System, told by how far a face is from a resting one.

Ekman, Friesen and Hager, Facial Action Coding System, 2002, says what each unit moves; here the
same is read as distances between points of a frontal mesh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ml.frontal import Points

# Mesh vertices of the person's right and left; a part lies in the middle of its vertices.
SIDES: Mapping[str, tuple[list[int], list[int]]] = {
    "outer eye": ([33], [263]),
    "inner eye": ([133], [362]),
    "inner brow": ([107, 55], [336, 285]),
    "outer brow": ([70, 46], [300, 276]),
    "upper lid": ([158, 159, 160], [385, 386, 387]),
    "lower lid": ([144, 145, 153], [373, 374, 380]),
    "cheek": ([117, 118, 119], [346, 347, 348]),
    "nostril": ([129, 64, 98], [358, 294, 327]),
    "fold": ([203, 206], [423, 426]),
    "corner": ([61], [291]),
}
MIDDLES = {"nose": 2, "upper lip": 0, "upper mouth": 13, "lower mouth": 14, "lower lip": 17}


# Units that tell their expression with an area under the curve below .80, or were never measured:
# docs/evaluation.md tells how well each does.
WEAK = frozenset({4, 5, 7, 9, 10, 15, 17, 20, 23, 25})
CHANCE = 1.5  # so many of a person's own deviations at rest are no movement
LEAST_LEFT = 0.2  # of the way to strong, where chance takes most of it
RESTING = 5  # photos of a resting face from which its measures are known well enough


@dataclass(frozen=True, slots=True)
class Unit:
    """An action unit.

    name: of FACS. of: what is added up, measure -> factor. rest, strong: that sum in a resting
    face (intensity 0) and where the unit shows strongly (1). in_expression: whose faces told
    what is strong. still: by what part of the way from one to the other photos of one person at
    rest differ (standard deviation).
    """

    number: int
    name: str
    of: Mapping[str, float]
    rest: float
    strong: float
    in_expression: str
    still: float

    def __str__(self) -> str:
        return f"AU{self.number} {self.name}{' (weak)' if self.number in WEAK else ''}"

    def amount(self, measured: Mapping[str, float]) -> float:
        return sum(factor * measured[name] for name, factor in self.of.items())

    def intensity(
        self, measured: Mapping[str, float], own: Mapping[str, float] | None = None
    ) -> float:
        """0..1. own: what is measured in the person's own resting face, where that is known; then
        what may be chance between photos of that face is no movement."""
        rest = self.rest if own is None else self.amount(own)
        part = (self.amount(measured) - rest) / (self.strong - self.rest)
        if own is not None:
            chance = CHANCE * self.still
            part = (part - chance) / max(1 - chance, LEAST_LEFT)
        return min(max(part, 0.0), 1.0)


SMILE = {"corner up": 1.0, "corner out": 1.0}


def less_smile(share: float, of: Mapping[str, float]) -> dict[str, float]:
    """A sum without what a smile by itself changes in it."""
    return {**of, **{name: -share * factor for name, factor in SMILE.items()}}


# Tuning constants of `python -m tests.fitting.action_units`: rest is the median of one half of
# FER2013's neutral faces, strong the 95th percentile of that half's faces of the expression; how
# still a person's photos at rest are is told by those of LFW with three to six that look neutral.
# What is added up was chosen on the same half; docs/evaluation.md tells what the other says.
UNITS = (
    Unit(1, "inner brow raiser", {"inner brow up": 1}, 0.23, 0.29, "surprised", 0.27),
    Unit(2, "outer brow raiser", {"outer brow up": 1}, 0.166, 0.217, "surprised", 0.25),
    Unit(4, "brow lowerer", {"brow far": -1, "brow oblique": -2}, -0.377, -0.326, "angry", 0.29),
    Unit(5, "upper lid raiser", {"eye open": 1}, 0.096, 0.117, "surprised", 0.32),
    Unit(6, "cheek raiser", {"cheek up": 1}, -0.193, -0.154, "happy", 0.17),
    Unit(7, "lid tightener", less_smile(0.1, {"eye open": -1}), -0.123, -0.097, "angry", 0.25),
    Unit(
        9, "nose wrinkler", {"nostril out": 1, "inner brow up": -0.5, "corner up": -0.5},
        0.098, 0.137, "disgusted", 0.31,
    ),
    Unit(10, "upper lip raiser", less_smile(0.5, {"fold up": 1}), -0.627, -0.58, "disgusted", 0.39),
    Unit(12, "lip corner puller", {"corner up": 2, "corner out": 1}, 0.264, 0.541, "happy", 0.12),
    Unit(
        15, "lip corner depressor", {"corner up": -1, "corner over lip": -1},
        -0.111, -0.07, "sad", 0.77,
    ),
    Unit(17, "chin raiser", {"mouth under nose": -1}, -0.249, -0.206, "sad", 0.69),
    Unit(20, "lip stretcher", {"corner out": 1, "corner up": -2}, 0.274, 0.307, "afraid", 0.47),
    Unit(
        23, "lip tightener", {"lips thick": -1, "corner out": -0.3},
        -0.286, -0.265, "angry", 0.38,
    ),
    Unit(25, "lips part", {"mouth open": 1}, 0.027, 0.158, "surprised", 0.2),
    Unit(
        26, "jaw drop", {"lip under nose": 1, "corner under nose": 1, "corner out": -1},
        0.326, 0.542, "surprised", 0.26,
    ),
)  # fmt: skip


def measures(face: Points) -> dict[str, float]:
    """Distances in a frontal mesh (468 x 3, of ml.frontal), each the mean of both sides of the
    face: in distances between the eyes, larger the further up, out or open."""
    at = _parts(face)

    def up(part: str, over: str) -> float:
        return float((at[over] - at[part])[:, 1].mean())

    def out(part: str) -> float:
        return float(-at[part][:, 0].mean())

    def apart(one: str, other: str) -> float:
        return float(np.linalg.norm(at[one] - at[other], axis=1).mean())

    return {
        "inner brow up": up("inner brow", "inner eye"),
        "outer brow up": up("outer brow", "outer eye"),
        "brow far": apart("inner brow", "inner eye"),
        "brow oblique": up("inner brow", "outer brow"),
        "eye open": apart("upper lid", "lower lid"),
        "cheek up": up("cheek", "eye"),
        "nostril out": out("nostril"),
        "fold up": up("fold", "eye"),
        "corner up": up("corner", "mouth"),
        "corner over lip": up("corner", "lower lip"),
        "corner under nose": -up("corner", "nose"),
        "corner out": out("corner"),
        "lip under nose": -up("lower lip", "nose"),
        "mouth under nose": -up("lower mouth", "nose"),
        "mouth open": apart("upper mouth", "lower mouth"),
        "lips thick": apart("upper lip", "upper mouth") + apart("lower mouth", "lower lip"),
    }


@cache
def names() -> tuple[str, ...]:
    """What `measures` gives, in its order."""
    return tuple(measures(np.zeros((468, 3))))


def resting(neutral: Sequence[Mapping[str, float]]) -> dict[str, float] | None:
    """A person's own resting face out of what `measures` says of photos that look neutral: the
    mean, the least and the greatest left out. None for fewer than RESTING photos."""
    if len(neutral) < RESTING:
        return None
    return {
        name: sum(sorted(one[name] for one in neutral)[1:-1]) / (len(neutral) - 2)
        for name in neutral[0]
    }


def _parts(face: Points) -> dict[str, Points]:
    """Where each part lies (2 x 3): right, then left as if it were right."""
    mirror = np.array([-1, 1, 1])
    at = {
        name: np.stack([face[right].mean(0), face[left].mean(0) * mirror])
        for name, (right, left) in SIDES.items()
    }
    at |= {name: np.stack([face[one], face[one] * mirror]) for name, one in MIDDLES.items()}
    at["eye"] = (at["outer eye"] + at["inner eye"]) / 2
    at["mouth"] = (at["upper mouth"] + at["lower mouth"]) / 2
    return at
