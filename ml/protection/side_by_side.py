"""A small picture of each face before and after it was changed, and of where it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
SIDE, GAP = 256, 8  # pixels of each picture and between them
MOST = 8  # faces: the picture stands on a page


def side_by_side(
    before: Pixels, after: Pixels, heat: NDArray[np.uint8], boxes: Sequence[tuple[int, ...]]
) -> Pixels:
    """A row a face: as it was, as it is, and the change, the brighter the larger. before, after:
    H x W x 3, RGB. heat: H x W. boxes: left, top, right, bottom of each face; MOST are shown."""
    rows = min(len(boxes), MOST)
    made: Pixels = np.full((rows * (SIDE + GAP) - GAP, 3 * (SIDE + GAP) - GAP, 3), 255, np.uint8)
    for row, box in enumerate(boxes[:MOST]):
        for column, picture in enumerate((before, after, np.repeat(heat[..., None], 3, axis=2))):
            top, left = row * (SIDE + GAP), column * (SIDE + GAP)
            made[top : top + SIDE, left : left + SIDE] = _part(picture, box)
    return made


def _part(picture: Pixels, box: tuple[int, ...]) -> Any:
    """The box, as large as fits into a square, on grey."""
    import cv2

    left, top, right, bottom = box
    part = picture[top:bottom, left:right]
    scale = SIDE / max(part.shape[:2])
    size = [max(1, round(side * scale)) for side in part.shape[1::-1]]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(part, size, interpolation=how)
    square = np.full((SIDE, SIDE, 3), 128, np.uint8)
    y, x = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[y : y + size[1], x : x + size[0]] = small
    return square
