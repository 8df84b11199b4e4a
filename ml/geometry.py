"""Turns, shrinks and cuts faces out of photos, and maps what was found back.

A transform is a 2 x 3 matrix from pixels of the upright photo to pixels of a chip: a turn, one
scale and a shift, never a reflection. Pixel centres lie at whole numbers.

Signs of a pose, in degrees, 0 for a face that looks straight into the camera:
    yaw    positive when the face is turned towards the right edge of the photo,
    pitch  positive when the chin is raised,
    roll   positive when the head is tilted clockwise as the viewer sees it.
Mirroring the photo changes the signs of yaw and roll and leaves pitch alone.
"""

from __future__ import annotations

from math import asin, atan2, cos, degrees, hypot, radians, sin
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.contracts import Pose
from ml.types import XY, Picture

Matrix = NDArray[np.float64]
Pixels = NDArray[np.uint8]

RIGHT_EYE, LEFT_EYE, FOREHEAD, CHIN = 33, 263, 10, 152  # mesh vertices; the person's own sides
# The line from forehead to chin of a face that looks straight ahead leans: the mean pitch it gave
# over two thousand faces photographed from in front.
LEAN = radians(-7.0)
_LEVEL = np.array([(1, 0, 0), (0, cos(LEAN), -sin(LEAN)), (0, sin(LEAN), cos(LEAN))])


def similarity(source: ArrayLike, target: ArrayLike) -> Matrix:
    """The transform that carries `source` points to `target` points with the least squared error.

    Both N x 2. Umeyama, Least-squares estimation of transformation parameters, 1991, without
    reflection.
    """
    a, b = np.asarray(source, np.float64), np.asarray(target, np.float64)
    # As complex numbers a similarity is one factor and one shift, and least squares is a quotient.
    x, y = a @ (1, 1j), b @ (1, 1j)
    x0, y0 = x.mean(), y.mean()
    factor = np.vdot(x - x0, y - y0) / np.vdot(x - x0, x - x0).real
    return _matrix(factor, y0 - factor * x0)


def solid_similarity(
    source: ArrayLike, target: ArrayLike, weights: NDArray[np.float64] | None = None
) -> tuple[Matrix, float, NDArray[np.float64]]:
    """turn, scale, shift that carry `source` points to `target` points (both N x 3) with the least
    squared error, never a reflection: target is about scale * turn @ source + shift.

    weights: N, how much each point counts. Umeyama, 1991, as above.
    """
    a, b = np.asarray(source, np.float64), np.asarray(target, np.float64)
    shares = np.full(len(a), 1 / len(a)) if weights is None else weights / weights.sum()
    a0, b0 = shares @ a, shares @ b
    a, b = a - a0, b - b0
    left, lengths, right = np.linalg.svd((a * shares[:, None]).T @ b)
    signs = np.array([1, 1, np.linalg.det(left @ right)])
    turn = ((left * signs) @ right).T
    scale = float((lengths * signs).sum() / (shares @ (a**2).sum(1)))
    return turn, scale, b0 - scale * turn @ a0


def square(centre: XY, side: float, angle: float, size: int) -> Matrix:
    """The transform that cuts a square out of the photo into a chip of size x size.

    side: of the square, in photo pixels. angle: clockwise turn of the square in degrees; a face
    with that roll stands upright in the chip.
    """
    turn = np.exp(-1j * np.radians(angle)) * size / side
    middle = (size - 1) / 2 * (1 + 1j)
    return _matrix(turn, middle - turn * complex(*centre))


def inverse(transform: Matrix) -> Matrix:
    """The transform from chip to photo."""
    factor, shift = _numbers(transform)
    return _matrix(1 / factor, -shift / factor)


def moved(transform: Matrix, points: ArrayLike) -> NDArray[np.float64]:
    """Points (N x 2) carried by the transform."""
    moved_points: NDArray[np.float64] = np.asarray(points, np.float64) @ transform[:, :2].T
    return moved_points + transform[:, 2]


def scale(transform: Matrix) -> float:
    """Chip pixels a photo pixel."""
    return hypot(transform[0, 0], transform[1, 0])


def chip(picture: Picture, transform: Matrix, size: int, *, repeat_border: bool = False) -> Pixels:
    """The size x size chip (size x size x 3, RGB) that the transform cuts out of the photo.

    Large faces are cut out of a smaller copy, so that nothing aliases. Beyond the photo's border
    the chip is black, or repeats the border's pixels when `repeat_border`.
    """
    import cv2

    pixels, divided = level(picture, scale(transform))
    rest = transform * (divided, divided, 1)
    rest[:, 2] += transform[:, :2].sum(1) * (divided - 1) / 2  # a pixel's centre is not its corner
    border = cv2.BORDER_REPLICATE if repeat_border else cv2.BORDER_CONSTANT
    cut: Any = cv2.warpAffine(pixels, rest, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    return cut  # type: ignore[no-any-return]


def level(picture: Picture, shrink: float) -> tuple[Pixels, int]:
    """The photo, halved as long as it stays larger than `shrink` times what it was, and by how
    much it was divided. Each pixel is the mean of those it stands for.

    What is left to do after it is less than another halving, for which linear interpolation is
    good. The smaller copies stay with the picture: all models cut their chips out of the same.
    """
    pixels, divided = picture.pixels, 1
    while shrink * divided <= 0.5 and min(pixels.shape[:2]) > 1:
        times = divided.bit_length()  # 1 -> first half, 2 -> second ...
        if times > len(picture.halves):
            picture.halves.append(_half(pixels))
        pixels, divided = picture.halves[times - 1], 2 * divided
    return pixels, divided


def _half(pixels: Pixels) -> Pixels:
    """Half as wide and high; an odd last row or column is left out."""
    import cv2

    height, width = (side // 2 for side in pixels.shape[:2])
    even = pixels[: 2 * height, : 2 * width]
    half: Any = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return half  # type: ignore[no-any-return]


def roll(across: ArrayLike, down: ArrayLike) -> float:
    """Clockwise tilt of a face in the photo's plane, in degrees.

    across: from its side on the viewer's left to that on the right; down: from eyes to mouth, or
    brow to chin. Both count by their length: in profile the eyes coincide and say nothing.
    """
    x, y = np.asarray(across, np.float64)[:2] + np.array([1, -1]) * np.asarray(down)[1::-1]
    return degrees(atan2(y, x))


def axes(mesh: NDArray[Any]) -> NDArray[np.float64]:
    """The head's axes in the photo's frame, as the columns of a 3 x 3 rotation.

    mesh: 468 x 3 (ml.contracts.Meshes). x: towards the person's left ear, y: down to the chin,
    z: out of the back of the head.
    """
    x = mesh[LEFT_EYE].astype(np.float64) - mesh[RIGHT_EYE]
    x /= np.linalg.norm(x)
    y = mesh[CHIN].astype(np.float64) - mesh[FOREHEAD]
    y -= (y @ x) * x
    y /= np.linalg.norm(y)
    rotation: NDArray[np.float64] = np.column_stack([x, y, np.cross(x, y)]) @ _LEVEL
    return rotation


def pose(rotation: NDArray[np.float64]) -> Pose:
    """The angles of a head whose axes are the columns of `rotation`; signs as in the module's
    docstring. The turns apply to the head in the order roll, pitch, yaw."""
    gaze = -rotation[:, 2]  # where the nose points
    yaw, pitch = atan2(gaze[0], -gaze[2]), asin(np.clip(-gaze[1], -1, 1))
    level = np.array([cos(yaw), 0, sin(yaw)])  # the x axis of a head with this yaw, not tilted
    down = np.cross(rotation[:, 2], level)
    tilt = atan2(rotation[:, 0] @ down, rotation[:, 0] @ level)
    return Pose(degrees(yaw), degrees(pitch), degrees(tilt))


def rotation(pose: Pose) -> NDArray[np.float64]:
    """The head's axes, as `axes` gives them, of a head with that pose."""
    yaw, pitch, tilt = radians(pose.yaw), radians(pose.pitch), radians(pose.roll)
    aside = np.array([(cos(yaw), 0, -sin(yaw)), (0, 1, 0), (sin(yaw), 0, cos(yaw))])
    nod = np.array([(1, 0, 0), (0, cos(pitch), sin(pitch)), (0, -sin(pitch), cos(pitch))])
    lean = np.array([(cos(tilt), -sin(tilt), 0), (sin(tilt), cos(tilt), 0), (0, 0, 1)])
    turned: NDArray[np.float64] = aside @ nod @ lean
    return turned


def forward(pose: Pose) -> NDArray[np.float64]:
    """Where a head with that pose points, of length 1 in the photo's frame."""
    ahead: NDArray[np.float64] = -rotation(pose)[:, 2]
    return ahead


def _matrix(factor: complex, shift: complex) -> Matrix:
    return np.array(
        [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]]
    )


def _numbers(transform: Matrix) -> tuple[complex, complex]:
    return complex(*transform[:, 0]), complex(*transform[:, 2])
