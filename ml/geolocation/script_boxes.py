"""Boxes of text as the network of scripts is fed: grey, HIGH pixels high, in windows of WIDE."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.types import XY

HIGH, WIDE = 32, 128
SIZES = ((0.85, 0.92), (1.18, 1.08))  # across and down, at which a box is looked at again
FAINTEST = 4.0  # levels of grey: what varies less is not stretched further
UPRIGHT = 1.5  # a box that much higher than wide is read from its side
Pixels = NDArray[np.uint8]


def cut(pixels: Pixels, corners: Sequence[XY], height: int) -> Pixels:
    """The four-cornered box of a photo, drawn level, `height` pixels high. Lines that run up or
    down are turned to run from left to right."""
    import cv2

    box = levelled(np.asarray(corners, np.float32))
    wide = max(float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[2] - box[3])))
    high = max(float(np.linalg.norm(box[3] - box[0])), float(np.linalg.norm(box[2] - box[1])))
    if high > UPRIGHT * wide:
        box, wide, high = np.roll(box, -1, axis=0), high, wide
    size = max(4, round(wide * height / max(high, 1.0))), height
    # First at about its own size, so that nothing is left out when it is made smaller.
    own = max(4, round(wide)), max(4, round(high))
    target = np.array([[0, 0], [own[0], 0], list(own), [0, own[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(box.astype(np.float32), target)
    drawn = cv2.warpPerspective(pixels, matrix, own, borderMode=cv2.BORDER_REPLICATE)
    how = cv2.INTER_AREA if own[1] > height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(drawn, size, interpolation=how), np.uint8)


def levelled(box: NDArray[np.float32]) -> NDArray[np.float32]:
    """The corners from the top left one on, clockwise."""
    middle = box.mean(0)
    order = np.argsort(np.arctan2(*(box - middle).T[::-1]))
    round_ = box[order]  # clockwise on the page, from the left
    return np.asarray(np.roll(round_, -int(round_.sum(1).argmin()), axis=0), np.float32)


def windows(box: Pixels) -> Pixels:
    """N x HIGH x WIDE of a box HIGH pixels high: side by side, half overlapping; a shorter box
    in the middle with its ends drawn out."""
    spare = box.shape[1] - WIDE
    if spare <= 0:
        left = -spare // 2
        return np.pad(box, ((0, 0), (left, -spare - left)), mode="edge")[None]
    starts = np.linspace(0, spare, int(np.ceil(2 * spare / WIDE)) + 1).round().astype(int)
    return np.stack([box[:, start : start + WIDE] for start in starts])


def guises(box: Pixels) -> Pixels:
    """The windows of a box HIGH pixels high as it is, somewhat smaller and somewhat larger, and the
    latter with light and dark exchanged: what a box is in all of them is surer."""
    import cv2

    made = [windows(box)]
    for (across, down), turned in zip(SIZES, (False, True), strict=True):
        wide = max(4, round(box.shape[1] * across))
        middle = HIGH * (1 - down) / 2
        matrix = np.array([[wide / box.shape[1], 0, 0], [0, down, middle]], np.float32)
        warped = cv2.warpAffine(box, matrix, (wide, HIGH), borderMode=cv2.BORDER_REPLICATE)
        drawn = np.asarray(warped, np.uint8)
        made.append(windows(255 - drawn if turned else drawn))
    return np.concatenate(made)


def fed(windows: Pixels) -> NDArray[np.float32]:
    """N x 1 x HIGH x WIDE, each window with mean 0 and deviation 1."""
    grey = windows.astype(np.float32)[:, None]
    mean = grey.mean((1, 2, 3), keepdims=True)
    spread = grey.std((1, 2, 3), keepdims=True)
    return np.asarray((grey - mean) / np.maximum(spread, FAINTEST), np.float32)
