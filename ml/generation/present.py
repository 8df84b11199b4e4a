"""Which expression a face has already, as coefficients: what is asked for replaces it.

The face is compared with the average one, since nobody's own resting face is known here. Only what
pulls mouth and brows is told, for a person's shape is not their expression.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml.frontal import frontal
from ml.generation.coefficients import WIDE, field, moved, shut
from ml.landmarks import INNER_LIPS, LEFT_BROW, OUTER_LIPS, RIGHT_BROW
from ml.shape.surface import Points, average

MOUTH = [*{*INNER_LIPS, *OUTER_LIPS, 50, 280, 205, 425, 152, 199, 17, 200}]
BROWS = [*{*RIGHT_BROW, *LEFT_BROW}]
# What is told: those of the mouth, measured against where the mouth is, and those of the brows.
OF_MOUTH = (
    *("jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
)
OF_BROWS = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "browDownLeft", "browDownRight")
LOOKS = frozenset((*OF_MOUTH, *OF_BROWS))  # an expression that names one is of the whole face
MOST = 1.3  # stronger is nobody's
# What a coefficient of 1 costs, in distances between the eyes: people differ in shape by more than
# a weak expression does.
COST = 0.12


def present(mesh: Points) -> dict[str, float]:
    """mesh: 468 x 3 in pixels."""
    off = frontal(mesh) - average()
    return {**told(off, MOUTH, OF_MOUTH), **told(off, BROWS, OF_BROWS)}


def told(off: Points, vertices: list[int], names: tuple[str, ...]) -> dict[str, float]:
    """Bounded least squares; where all of them lie together is shape, and no expression."""
    from scipy.optimize import lsq_linear

    fields = np.stack([field(name)[vertices] for name in names])
    rows = (fields - fields.mean(1, keepdims=True)).reshape(len(names), -1).T
    there = (off[vertices] - off[vertices].mean(0)).ravel()
    rows = np.vstack([rows, COST * np.eye(len(names))])
    there = np.concatenate([there, np.zeros(len(names))])
    found = lsq_linear(rows, there, (0, MOST)).x
    return dict(zip(names, map(float, found), strict=True))


def awake(wanted: Mapping[str, float], face: Points) -> dict[str, float]:
    """Lids that are to be wide, the wider the narrower they are: as wide as those of others."""
    more = {}
    for side, (upper, lower) in {"Right": (159, 145), "Left": (386, 374)}.items():
        if (wide := wanted.get(f"eyeWide{side}", 0.0)) > 0:
            average_one, own = (float(p[lower, 1] - p[upper, 1]) for p in (average(), face))
            more[f"eyeWide{side}"] = wide + (1 - own / average_one) / -sum(WIDE)
    return more


def instead(wanted: Mapping[str, float], mesh: Points) -> Points:
    """468 x 3, in the frame of ml.frontal: where the vertices of a face go so that it has the
    wanted expression and not the one it has; nowhere where nothing is wanted."""
    if not any(wanted.values()):
        return np.zeros_like(average())
    face = frontal(mesh)
    if not any(wanted.get(name, 0.0) for name in LOOKS):
        return moved(wanted)
    has = present(mesh)
    wanted = {**wanted, **awake(wanted, face)}
    values = {name: wanted.get(name, 0.0) - has.get(name, 0.0) for name in {*wanted, *has}}
    values["jawOpen"] = 0.0
    by = moved(values)
    # First the mouth is shut, then opened as wanted.
    by += shut(face + by, 1.0)
    return by + moved({"jawOpen": wanted.get("jawOpen", 0.0), "mouthClose": 0.0})
