"""Which vertices of the face mesh stand for the points of the landmark schemes in common use.

All count from 0 and go from the viewer's left to the right. The mesh has no vertex on the outline
that a marker saw, so that contours of turned faces differ from those of the sets by definition.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
VERTICES, IRIS_POINTS = 468, 5
# The outline of the face, from the forehead over the person's left side and back to it.
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10),
)
# Runs of vertices; right and left are the person's own.
Outline = tuple[int, ...]
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 33)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 263)
RIGHT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 70)
LEFT_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276, 300)
OUTER_LIPS: Outline = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    *(409, 270, 269, 267, 0, 37, 39, 40, 185, 61),
)
INNER_LIPS: Outline = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    *(415, 310, 311, 312, 13, 82, 81, 80, 191, 78),
)
CONTOURS: tuple[Outline, ...] = (
    OVAL,
    RIGHT_EYE,
    LEFT_EYE,
    RIGHT_BROW,
    LEFT_BROW,
    OUTER_LIPS,
    INNER_LIPS,
)
# MediaPipe's 478: after the mesh the person's right iris (its middle first), then the left one.
RIGHT_IRIS, LEFT_IRIS = VERTICES, VERTICES + IRIS_POINTS

# 300W's 68 points (Sagonas et al., 300 Faces in-the-Wild Challenge, 2013; Multi-PIE's order): jaw
# 0-16, brows 17-26, bridge of the nose 27-30, its base 31-35, eyes 36-47, lips 48-59, mouth 60-67.
OF_68 = [
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),
    *(71, 63, 105, 66, 107, 336, 296, 334, 293, 301),
    *(168, 197, 5, 4, 75, 97, 2, 326, 305),
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    *(61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181),
    *(78, 82, 13, 312, 308, 317, 14, 87),
]
# Both eyes (the mean of their corners), tip of the nose, corners of the mouth.
OF_5 = [(33, 133), (362, 263), (1, 1), (61, 61), (291, 291)]
# Half of WFLW's jaw: where it lies between two vertices their mean stands for it.
_JAW = [
    *((127, 127), (127, 234), (234, 234), (234, 93), (93, 93), (93, 132), (132, 132), (132, 58)),
    *((58, 58), (58, 172), (172, 172), (136, 136), (150, 150), (149, 149), (176, 176), (148, 148)),
]
_OTHER_JAW = [
    *((356, 356), (356, 454), (454, 454), (454, 323), (323, 323), (323, 361), (361, 361)),
    *((361, 288), (288, 288), (288, 397), (397, 397), (365, 365), (379, 379), (378, 378)),
    *((400, 400), (377, 377)),
]
_SINGLE = [
    *(70, 63, 105, 66, 107, 55, 65, 52, 53),  # brows, 33-50: upper edge, then back along the lower
    *(336, 296, 334, 293, 300, 283, 282, 295, 285),
    *(168, 197, 5, 4, 75, 97, 2, 326, 305),  # nose, 51-59
    *(33, 161, 159, 157, 133, 154, 145, 163),  # eyes, 60-75: upper lid, then back along the lower
    *(362, 384, 386, 388, 263, 390, 374, 381),
    *OF_68[48:],  # lips and mouth, 76-95, as in 300W
    *(RIGHT_IRIS, LEFT_IRIS),  # pupils, 96 and 97
]
# WFLW's 98 points (Wu et al., Look at Boundary: A Boundary-Aware Face Alignment Algorithm, 2018).
OF_98 = [*_JAW, (152, 152), *reversed(_OTHER_JAW), *((one, one) for one in _SINGLE)]
SCHEMES: dict[int, NDArray[np.intp]] = {
    5: np.array(OF_5),
    68: np.array([(one, one) for one in OF_68]),
    98: np.array(OF_98),
}


def subset(points: NDArray[Any], count: int) -> Points:
    """count (5, 68 or 98) x D of the points of a mesh (468 or 478 x D; 98 need 478)."""
    pairs = SCHEMES[count]
    chosen: Points = np.asarray(points, np.float64)[pairs].mean(1)
    return chosen


def seen(visible: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """count booleans: which points of a subset are visible, both of whose vertices are."""
    shown: NDArray[np.bool_] = np.all(visible[SCHEMES[count]], axis=1)
    return shown
