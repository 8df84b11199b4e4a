"""Pictures that models meet: made of a portrait, or of nothing."""

from __future__ import annotations

import numpy as np

from ml.types import Box, Face, Picture


def mirrored(picture: Picture) -> Picture:
    return Picture(np.ascontiguousarray(picture.pixels[:, ::-1]))


def upside_down(picture: Picture) -> Picture:
    return Picture(np.ascontiguousarray(picture.pixels[::-1, ::-1]))


def black(picture: Picture) -> Picture:
    return Picture(np.zeros_like(picture.pixels))


def landscape(picture: Picture) -> Picture:
    """No face: a sky that turns into sand."""
    rows, columns = np.mgrid[:360, :480]
    return Picture(np.stack([rows / 2, 120 + columns / 4, 255 - rows / 2], 2).astype(np.uint8))


def far_away(picture: Picture) -> Picture:
    """The photo a tenth as large on grey: its face is 12 pixels high."""
    import cv2

    pixels = np.full((480, 640, 3), 128, np.uint8)
    pixels[200:251, 300:351] = cv2.resize(picture.pixels, (51, 51), interpolation=cv2.INTER_AREA)
    return Picture(pixels)


def cut_off(picture: Picture) -> Picture:
    """The photo's border runs through the face."""
    return Picture(np.ascontiguousarray(picture.pixels[90:, 215:]))


def one_pixel(picture: Picture) -> Picture:
    return Picture(np.full((1, 1, 3), 200, np.uint8))


PICTURES = {
    make.__name__: make
    for make in (mirrored, upside_down, black, landscape, far_away, cut_off, one_pixel)
}
A_FACE = Face(Box(170, 60, 280, 200), 0.9)
TINY, BEYOND = Face(Box(320, 210, 329, 222), 0.6), Face(Box(-300, -300, -200, -180), 0.6)
