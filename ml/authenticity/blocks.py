"""A photo by the blocks of 8 x 8 pixels that JPEG works in: what is usual among them and what
sticks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import saving
from ml.raster import png
from ml.types import Mark, MarkKind, Picture

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
SIDE = 8
WINDOWS = (5, 7)  # sides of what may have been edited, in blocks of a photo that is NORM wide
NORM = 31
FEWEST = 120  # blocks, else a photo is too small to say what is usual in it
LARGEST = 4096 * 3072  # pixels that are looked at, at some 45 bytes each; of more the middle
FARTHEST = 4.0  # a block lies no further from what is usual, in spreads
ROUNDS, LEAST_SPREAD = 4, 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The part of a photo that sticks out most. score: the mean over its blocks. map: n x m, the
    mean around each block."""

    score: float
    map: Floats


def middle(shape: tuple[int, ...], largest: int | None = None) -> tuple[slice, slice]:
    """Rows and columns of a photo that are looked at: all, or where it has more pixels than the
    largest (LARGEST) the middle, of the photo's proportions, cut along the grid of blocks."""
    high, wide = shape[:2]
    most = largest or LARGEST
    if high * wide <= most:
        return slice(0, high), slice(0, wide)
    times = (most / (high * wide)) ** 0.5
    sides = [max(SIDE, int(length * times) // SIDE * SIDE) for length in (high, wide)]
    tops = [
        (length - side) // 2 // SIDE * SIDE
        for length, side in zip((high, wide), sides, strict=True)
    ]
    rows, columns = (slice(top, top + side) for top, side in zip(tops, sides, strict=True))
    return rows, columns


def placed(warmth: Floats, rows: slice, columns: slice, shape: tuple[int, ...]) -> Floats:
    """n x m, a map of the blocks of a part -> of all the photo's, 0 where it was not looked at."""
    whole = np.zeros((shape[0] // SIDE, shape[1] // SIDE))
    top, left = rows.start // SIDE, columns.start // SIDE
    whole[top : top + warmth.shape[0], left : left + warmth.shape[1]] = warmth
    return whole


def luminance(pixels: NDArray[np.uint8]) -> Floats:
    """H x W, 0..255, as JPEG has it (ITU-R BT.601)."""
    weights = np.array([0.299, 0.587, 0.114])
    plane: Floats = pixels.astype(np.float64) @ weights
    return plane


def cut(plane: NDArray[Any]) -> Floats:
    """n x m x 8 x 8 of H x W: the whole blocks, from the upper left corner."""
    high, wide = plane.shape[0] // SIDE, plane.shape[1] // SIDE
    part = plane[: high * SIDE, : wide * SIDE].astype(np.float64)
    return part.reshape(high, SIDE, wide, SIDE).transpose(0, 2, 1, 3)


def transformed(plane: Floats) -> Floats:
    """n x m x 8 x 8: the discrete cosine transform of each block, as JPEG takes it."""
    from scipy.fft import dctn

    return np.asarray(dctn(cut(plane) - 128.0, axes=(2, 3), norm="ortho"))


def usable(plane: Floats) -> Flags:
    """n x m: which blocks are not half black or white, where nothing can be read."""
    found: Flags = ((cut(plane) <= 3) | (cut(plane) >= 252)).mean((2, 3)) < 0.5
    return found


def energies(coefficients: Floats, lowest: int, highest: int) -> Floats:
    """n x m: logarithm of a block's mean energy in frequencies u + v from lowest to highest."""
    order = np.add.outer(np.arange(SIDE), np.arange(SIDE))
    band = coefficients[..., (order >= lowest) & (order <= highest)]
    return np.asarray(np.log((band**2).mean(-1) + 0.05))


def fitted(values: Floats, by: Floats) -> tuple[Floats, float]:
    """What values are usually, as a linear function, and how far they spread around it: a fit that
    takes little note of outliers (Cauchy's weights).

    values: N. by: N x k. Gives the k + 1 factors, the last of them the constant.
    """
    matrix = np.concatenate([by, np.ones((len(by), 1))], 1)
    weights = np.ones(len(by))
    for _ in range(ROUNDS):
        weighed = matrix * weights[:, None]
        ridge = 1e-3 * np.eye(matrix.shape[1])
        factors = np.linalg.solve(weighed.T @ matrix + ridge, weighed.T @ values)
        left = values - matrix @ factors
        spread = 1.4826 * float(np.median(np.abs(left))) + LEAST_SPREAD
        weights = 1 / (1 + (left / (2 * spread)) ** 2)
    return factors, spread


def beyond(values: Floats, by: Floats, fit: tuple[Floats, float]) -> Floats:
    """How many spreads the values lie above what is usual, at most FARTHEST either way."""
    factors, spread = fit
    usual = by @ factors[:-1] + factors[-1]
    return np.asarray(((values - usual) / spread).clip(-FARTHEST, FARTHEST))


def sticking_out(values: Floats, where: Flags) -> Window:
    """The window whose blocks are highest on average, of a size in keeping with the photo's."""
    import cv2

    best = Window(0.0, np.zeros(values.shape))
    times = max(1.0, min(values.shape) / NORM)
    for side in (round(one * times) | 1 for one in WINDOWS):
        size = (side, side)
        count = cv2.blur(where.astype(np.float64), size, borderType=cv2.BORDER_CONSTANT)
        total = cv2.blur(values * where, size, borderType=cv2.BORDER_CONSTANT)
        mean = np.where(count >= 0.5, total / np.maximum(count, 0.5), 0.0)
        if mean.max() > best.score:
            best = Window(float(mean.max()), mean)
    return best


def heat(
    model: str, layer: str, warmth: Floats, picture: Picture, turned: int = 1, *, on: bool
) -> Mark:
    """A map to lay over the whole photo: below 0 cold, from 1 on as hot as can be.

    warmth: as the file stores the photo. turned: the file's orientation (EXIF).
    """
    grey = saving.upright((warmth.clip(0, 1) * 255).round().astype(np.uint8), turned)
    wide, high = picture.size
    box = ((-0.5, -0.5), (wide - 0.5, high - 0.5))
    return Mark(
        model,
        layer,
        MarkKind.HEAT,
        (box,),
        raster=png(np.ascontiguousarray(grey)),
        tone="warm",
        on=on,
    )
