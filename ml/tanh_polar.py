"""Warps a face and all that surrounds it into one rectangle, and back.

Lin et al., RoI Tanh-polar Transformer Network for Face Parsing in the Wild, 2021: around a face
the photo is seen in polar coordinates, a row an angle, whose radius runs through tanh. The face
fills the columns up to tanh 1 (three quarters), and the rest of the photo, however far it reaches,
what is left of them: nothing is cut off, and all faces come out in one size.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.types import XY, Box

FARTHEST = 1 - 1e-12  # of radii: tanh 1 is infinitely far away
Polar = NDArray[np.float64]
"""N x 2: radius, 0..1 (0 in the middle, tanh 1 on the ellipse, 1 infinitely far away), and angle,
0..2 pi, clockwise as the viewer sees it, 0 to the right of a face that stands upright."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """What stands for a face: centre and half axes in pixels, and its clockwise roll in degrees."""

    centre: XY
    half_width: float
    half_height: float
    roll: float = 0.0


def around(box: Box, roll: float = 0.0) -> Ellipse:
    """The ellipse with a box's centre, proportions and area."""
    return Ellipse(box.centre, box.width / sqrt(pi), box.height / sqrt(pi), roll)


def to_polar(points: ArrayLike, face: Ellipse) -> Polar:
    """Where points (N x 2, pixels of the photo) come to lie."""
    upright = np.asarray(points, np.float64) @ (1, 1j) - complex(*face.centre)
    upright *= np.exp(-1j * np.radians(face.roll))
    angle = np.angle(upright) % (2 * pi)
    return np.column_stack([np.tanh(np.abs(upright) / _edge(angle, face)), angle])


def from_polar(polar: ArrayLike, face: Ellipse) -> NDArray[np.float64]:
    """The inverse of `to_polar`: N x 2 pixels of the photo."""
    radius, angle = np.asarray(polar, np.float64).T
    far = np.arctanh(radius.clip(0, FARTHEST)) * _edge(angle, face)
    turned = far * np.exp(1j * (angle + np.radians(face.roll))) + complex(*face.centre)
    return np.column_stack([turned.real, turned.imag])


def warp(
    pixels: NDArray[Any], face: Ellipse, size: int, *, nearest: bool = False
) -> NDArray[np.uint8]:
    """size x size (x channels): rows are angles from 0 on, columns radii, a pixel's own in its
    middle. Beyond the photo it is black. nearest: for label maps, whose numbers must not mix."""
    rows, columns = np.mgrid[:size, :size]
    polar = np.column_stack([(columns.ravel() + 0.5) / size, rows.ravel() * (2 * pi / size)])
    return _picked(pixels, from_polar(polar, face).reshape(size, size, 2), nearest)


def unwarp(
    warped: NDArray[Any], face: Ellipse, size: tuple[int, int], *, nearest: bool = False
) -> NDArray[np.uint8]:
    """The inverse of `warp`: size (width, height) of the photo."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    polar = to_polar(np.column_stack([x.ravel(), y.ravel()]), face)
    side = len(warped)
    columns = (polar[:, 0] * side - 0.5).clip(0, side - 1)
    rows = polar[:, 1] * (side / (2 * pi))
    closed = np.concatenate([warped, warped[:1]])  # after the last angle comes the first
    return _picked(closed, np.stack([columns, rows], -1).reshape(height, width, 2), nearest)


def _edge(angle: NDArray[np.float64], face: Ellipse) -> NDArray[np.float64]:
    """From the centre to the ellipse in that direction, in pixels."""
    a, b = face.half_width, face.half_height
    edge: NDArray[np.float64] = a * b / np.hypot(b * np.cos(angle), a * np.sin(angle))
    return edge


def _picked(pixels: NDArray[Any], at: NDArray[np.float64], nearest: bool) -> NDArray[np.uint8]:
    """The pixels at these places (x, y), between four of them by their distances."""
    import cv2

    how = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    picked: Any = cv2.remap(pixels, at.astype(np.float32), None, how)  # type: ignore[call-overload]
    return picked  # type: ignore[no-any-return]
