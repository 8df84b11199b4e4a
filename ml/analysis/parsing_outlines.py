"""Lays the parts of a face that a mesh outlines into a map of part numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import PARTS, Iris
from ml.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    OUTER_LIPS,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    Outline,
)

Labels = NDArray[np.uint8]
Inside = NDArray[np.bool_]
NUMBER = {part: number for number, part in enumerate(PARTS)}

NOSE: Outline = (168, 122, 174, 198, 129, 98, 97, 2, 326, 327, 358, 420, 399, 351)
UPPER_LIP: Outline = (*OUTER_LIPS[10:], *INNER_LIPS[:9:-1])
LOWER_LIP: Outline = (*OUTER_LIPS[:11], *INNER_LIPS[10::-1])
OUTLINES: tuple[tuple[str, Outline], ...] = (
    ("skin", OVAL),
    ("nose", NOSE),
    ("inner mouth", INNER_LIPS),
    ("upper lip", UPPER_LIP),
    ("lower lip", LOWER_LIP),
    ("right brow", RIGHT_BROW),
    ("left brow", LEFT_BROW),
    ("right eye", RIGHT_EYE),
    ("left eye", LEFT_EYE),
)
FINE = 4  # bits behind the point for outlines: they lie between pixels


def inside(points: NDArray[Any], size: int) -> Inside:
    """The pixels of a size x size chip within the outline (N x 2, pixels of the chip)."""
    mask = np.zeros((size, size), np.uint8)
    fill(mask, points, 1)
    return mask.astype(bool)


def fill(labels: Labels, points: NDArray[Any], number: int) -> None:
    """Set the pixels within the outline to the number."""
    import cv2

    fixed = np.round(points * (1 << FINE)).astype(np.int32)
    cv2.fillPoly(labels, [fixed], number, shift=FINE)


def oval(mesh: NDArray[Any], size: int) -> Inside:
    """mesh: N x 2, in pixels of the chip."""
    return inside(mesh[list(OVAL)], size)


def outlined(
    mesh: NDArray[Any], irises: Sequence[Iris | None], transform: geometry.Matrix, size: int
) -> Labels:
    """Part numbers as the mesh (N x 2, in pixels of the chip) has them: the rest of the face is
    skin, and what is around it background. irises: in pixels of the photo."""
    labels = np.zeros((size, size), np.uint8)
    for part, outline in OUTLINES:
        fill(labels, mesh[list(outline)], NUMBER[part])
    eyes = (labels == NUMBER["right eye"]) | (labels == NUMBER["left eye"])
    for iris in irises:
        if iris is not None:
            (centre,) = geometry.moved(transform, iris.points[:1])
            labels[eyes & disc(centre, iris.diameter / 2 * geometry.scale(transform), size)] = (
                NUMBER["iris"]
            )
    return labels


def disc(centre: NDArray[Any], radius: float, size: int) -> Inside:
    """The pixels nearer to the centre than the radius."""
    y, x = np.ogrid[:size, :size]
    near: Inside = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2
    return near
