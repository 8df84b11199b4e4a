"""Draws a face's landmarks as networks were taught to see them: contours, or five joined points."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml import landmarks
from ml.contracts.generators import Pixels
from ml.shape.surface import Points

# Colours of each line, RGB, as the ControlNet for MediaPipe's mesh was shown them (Crucible AI,
# 2023; its annotation's own order of channels turned back). Brows are two lines each.
RED_EYE, RED_BROW, RED_IRIS = (180, 200, 10), (180, 220, 10), (250, 200, 10)  # the person's right
BLUE_EYE, BLUE_BROW, BLUE_IRIS = (10, 200, 180), (10, 220, 180), (10, 200, 250)
MOUTH, HEAD = (10, 180, 10), (10, 200, 10)
LINES = (
    (landmarks.OVAL, HEAD),
    (landmarks.LEFT_EYE, BLUE_EYE),
    (landmarks.LEFT_BROW[:5], BLUE_BROW),
    (landmarks.LEFT_BROW[5:10], BLUE_BROW),
    (landmarks.RIGHT_EYE, RED_EYE),
    (landmarks.RIGHT_BROW[:5], RED_BROW),
    (landmarks.RIGHT_BROW[5:10], RED_BROW),
    (landmarks.OUTER_LIPS, MOUTH),
    (landmarks.INNER_LIPS, MOUTH),
)
PUPILS = ((landmarks.RIGHT_EYE[:-1], RED_IRIS), (landmarks.LEFT_EYE[:-1], BLUE_IRIS))
TAUGHT = 512  # pixels: of the pictures in which lines were 2 wide
# InstantID's five points (the viewer's left eye first) and its limbs, each from the nose.
LIMBS = ((0, 2), (1, 2), (3, 2), (4, 2))
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255))
LIMB, DIM, DOT = 4, 0.6, 10  # half the width of a limb, its brightness, radius of a point
WIDE = 1024  # pixels: of the pictures in which these were so wide


def contours(mesh: Points, width: int, height: int) -> Pixels:
    """height x width x 3, RGB: the lines of a mesh (468 x 2 or 3, in its pixels). The mesh knows
    no pupils: they stand in the middle of the eyes, looking ahead."""
    import cv2

    picture = np.zeros((height, width, 3), np.uint8)
    thick = max(1, round(2 * min(width, height) / TAUGHT))
    for line, colour in LINES:
        points = np.rint(mesh[list(line), :2]).astype(np.int32)
        cv2.polylines(picture, [points], False, colour, thick)
    for outline, colour in PUPILS:
        x, y = np.rint(mesh[list(outline), :2].mean(0)).astype(int).tolist()
        cv2.rectangle(picture, (x - thick, y - thick), (x + thick - 1, y + thick - 1), colour, -1)
    return picture


def joined(mesh: Points, width: int, height: int) -> Pixels:
    """height x width x 3, RGB: eyes, nose and corners of the mouth, as InstantID joins them."""
    import cv2

    points = landmarks.subset(mesh, 5)[:, :2]
    by = min(width, height) / WIDE
    picture = np.zeros((height, width, 3), np.uint8)
    for limb in LIMBS:
        (x, y), (to_x, to_y) = points[list(limb)].tolist()
        middle = round((x + to_x) / 2), round((y + to_y) / 2)
        long = float(np.hypot(x - to_x, y - to_y))
        turned = int(np.degrees(np.arctan2(y - to_y, x - to_x)))
        axes = int(long / 2), max(1, round(LIMB * by))
        outline: Any = cv2.ellipse2Poly(middle, axes, turned, 0, 360, 1)
        cv2.fillConvexPoly(picture, outline, COLOURS[limb[0]])
    picture = (picture * DIM).astype(np.uint8)
    for (x, y), colour in zip(points.tolist(), COLOURS, strict=True):
        cv2.circle(picture, (int(x), int(y)), max(1, round(DOT * by)), colour, -1)
    return picture
