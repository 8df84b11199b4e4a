"""A canvas in a face's frame, on which what covers the face is drawn, and how it is lit.

Its unit is the distance between the outer corners of the eyes, its origin the middle between them;
x to the viewer's right, y down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.types import Picture

SIZE, WIDE = 320, 5.0  # pixels of a canvas' side, and how many units they are
MIDDLE = 0.45  # of a canvas, below the eyes
CHEEKS = (50, 280, 101, 330, 151, 4)  # mesh vertices on bare skin: cheeks, forehead, nose
Floats = NDArray[Any]
Draw = np.random.Generator
XY = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """colour: SIZE x SIZE x 3, 0..255. alpha: SIZE x SIZE, 0..1. shade: the same, how dark the
    shadow is that it throws, which covers nothing."""

    colour: Floats
    alpha: Floats
    shade: Floats

    @classmethod
    def blank(cls) -> Canvas:
        flat = np.zeros((SIZE, SIZE), np.float32)
        return cls(np.zeros((SIZE, SIZE, 3), np.float32), flat, flat.copy())

    def lay(self, mask: Floats, colour: Floats, opacity: float = 1.0) -> None:
        """Over what is there. mask: 0..1; colour: of every pixel, or one for all."""
        part = (mask * opacity)[..., None]
        self.colour[:] = self.colour * (1 - part) + colour * part
        self.alpha[:] = self.alpha + (1 - self.alpha) * mask * opacity


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """points: 468 x 2 in pixels of the canvas. skin: its colour, RGB."""

    points: Floats
    skin: Floats


def faced(mesh: Floats) -> geometry.Matrix:
    """From the photo to the canvas."""
    right, left = mesh[geometry.RIGHT_EYE], mesh[geometry.LEFT_EYE]
    unit = float(np.linalg.norm(left - right))
    tilt = geometry.roll(left - right, mesh[geometry.CHIN] - mesh[geometry.FOREHEAD])
    down = np.array([-sin(tilt * pi / 180), cos(tilt * pi / 180)])
    x, y = ((left + right)[:2] / 2 + MIDDLE * unit * down).tolist()
    return geometry.square((x, y), WIDE * unit, tilt, SIZE)


def spot(x: float, y: float) -> XY:
    """Units to pixels of the canvas."""
    return (x / WIDE + 0.5) * SIZE, ((y - MIDDLE) / WIDE + 0.5) * SIZE


def px(units: float) -> float:
    return units * SIZE / WIDE


def skin_tone(picture: Picture, mesh: Floats) -> Floats:
    """Median colour around the vertices of cheeks, forehead and nose."""
    width, height = picture.size
    x, y = mesh[list(CHEEKS), :2].round().astype(int).T
    colour: Floats = np.median(picture.pixels[y.clip(0, height - 1), x.clip(0, width - 1)], 0)
    return colour


def shone_on(canvas: Canvas, skin: Floats, draw: Draw) -> Floats:
    """The colours in a light of their own: from one side, as bright as the face allows."""
    down, across = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    turn, strength = draw.uniform(0, 2 * pi), draw.uniform(0, 0.5)
    fall = 1 + strength * (cos(turn) * across + sin(turn) * down)
    bright = draw.uniform(0.8, 1.1) * (0.5 + 0.5 * min(float(skin.mean()) / 130, 1.2))
    return np.asarray((canvas.colour * (fall * bright)[..., None]).clip(0, 255), np.float32)


def filled(points: Sequence[XY] | Floats) -> Floats:
    import cv2

    mask = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(points) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def stroke(points: Sequence[XY] | Floats, thick: float, *, closed: bool = False) -> Floats:
    import cv2

    mask = np.zeros((SIZE, SIZE), np.uint8)
    path = [np.round(np.array(points) * 16).astype(np.int32)]
    cv2.polylines(mask, path, closed, 255, max(1, round(thick)), cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def noise(draw: Draw, fine: float) -> Floats:
    """SIZE x SIZE, mean 0 and deviation 1, of spots so many pixels wide."""
    import cv2

    side = max(2, int(SIZE / fine))
    small = draw.normal(size=(side, side)).astype(np.float32)
    large = np.asarray(cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC))
    even: Floats = large / (large.std() + 1e-6)
    return even
