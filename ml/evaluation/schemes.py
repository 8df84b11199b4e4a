"""Which vertices of the face mesh stand for the points that landmark sets mark."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# The 68 points of 300W (Multi-PIE's order): jaw, brows, nose, eyes, outer and inner lips. The mesh
# has no vertex on the silhouette a marker saw, so jaws in profile differ by definition.
OF_68 = [
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),
    *(71, 63, 105, 66, 107, 336, 296, 334, 293, 301),
    *(168, 197, 5, 4, 75, 97, 2, 326, 305),
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    *(61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181),
    *(78, 82, 13, 312, 308, 317, 14, 87),
]
# Both eyes (the mean of their corners), tip of the nose, corners of the mouth; viewer's left first.
OF_5 = [(33, 133), (362, 263), (1, 1), (61, 61), (291, 291)]
EYES_68, EYES_5 = (36, 45), (0, 1)  # points whose distance is the unit of errors


def points(mesh: NDArray[Any], count: int) -> NDArray[np.float64]:
    """count (5 or 68) x 2 points of a 468-vertex mesh, in its pixels."""
    flat = np.asarray(mesh, np.float64)[:, :2]
    return flat[OF_68] if count == len(OF_68) else flat[np.array(OF_5)].mean(1)


def eyes_apart(truth: NDArray[np.float64]) -> float:
    """Pixels between the outer eye corners (68 points) or the eyes (5 points)."""
    first, second = EYES_68 if len(truth) == len(OF_68) else EYES_5
    return float(np.linalg.norm(truth[first] - truth[second]))
