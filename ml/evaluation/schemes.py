"""The points that landmark sets mark, and the unit of errors on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import landmarks

EYES_68, EYES_5 = (36, 45), (0, 1)  # points whose distance is the unit of errors


def points(mesh: NDArray[Any], count: int) -> NDArray[np.float64]:
    """count (5 or 68) x 2 points of a 468-vertex mesh, in its pixels."""
    return landmarks.subset(mesh[:, :2], count)


def eyes_apart(truth: NDArray[np.float64]) -> float:
    """Pixels between the outer eye corners (68 points) or the eyes (5 points)."""
    first, second = EYES_68 if len(truth) == 68 else EYES_5
    return float(np.linalg.norm(truth[first] - truth[second]))
