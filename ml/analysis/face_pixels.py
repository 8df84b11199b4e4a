"""Measures sharpness, light, colour and background of a face, off its pixels.

Each measure is 0 (hopeless) to 100 (nothing to wish for); see ml.analysis.condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.landmarks import OVAL
from ml.types import Picture

CHIP, PADDING = 128, 0.2  # outer corners of the eyes come 68 pixels apart
WIDE = 3.0  # side of the surroundings, in sides of the oval's box
AROUND = 96  # pixels a side
LIGHT = np.array([0.299, 0.587, 0.114], np.float32)
GRAIN = np.array([(1, -2, 1), (-2, 4, -2), (1, -2, 1)], np.float32)
GRID, MOST = 8, 256  # pixels of a JPEG block; of a face beyond which only its middle is looked at
Floats = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Chip:
    """A face at one scale. grey: CHIP x CHIP float32, 0..255. colour: the same, RGB uint8.
    inside: bools, the face's oval as far as it lies in the photo. share: of the oval that does."""

    colour: NDArray[np.uint8]
    grey: NDArray[np.float32]
    inside: NDArray[np.bool_]
    share: float

    @cached_property
    def face(self) -> NDArray[np.float32]:
        """The grey of the pixels inside."""
        return self.grey[self.inside]


def cut(picture: Picture, mesh: Floats) -> Chip:
    """The face upright, its eyes always as far apart."""
    import cv2

    matrix = alignment.cut(mesh, CHIP, PADDING)
    colour = geometry.chip(picture, matrix, CHIP, repeat_border=True)
    oval = np.zeros((CHIP, CHIP), np.uint8)
    outline = geometry.moved(matrix, mesh[list(OVAL), :2])
    cv2.fillConvexPoly(oval, cv2.convexHull(outline.round().astype(np.int32)), 1)
    seen = oval.astype(bool) & _in_photo(picture, matrix, CHIP)
    share = float(seen.sum() / max(int(oval.sum()), 1))
    return Chip(colour, colour.astype(np.float32) @ LIGHT, seen, share)


def _in_photo(picture: Picture, matrix: geometry.Matrix, size: int) -> NDArray[np.bool_]:
    """Which pixels of a chip lie in the photo."""
    rows, columns = np.ogrid[:size, :size]
    width, height = picture.size
    x, y = (row[0] * columns + row[1] * rows + row[2] for row in geometry.inverse(matrix))
    there: NDArray[np.bool_] = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return there


def between(value: float, low: float, high: float) -> float:
    """0 at `low`, 100 at `high`, straight in between; `low` may be the greater."""
    return 100 * min(max((value - low) / (high - low), 0.0), 1.0)


def _filtered(grey: Floats, kernel: Floats | None = None) -> Floats:
    import cv2

    if kernel is not None:
        return np.asarray(cv2.filter2D(grey, -1, kernel))
    return np.asarray(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F))


def sharpness(chip: Chip) -> float:
    """By the Laplacian of the slightly smoothed face; OFIQ has a random forest of such filters.

    A face with less contrast is not less sharp, so it is told in deviations of its grey.
    """
    spread = float(chip.face.std())
    edges = float(_filtered(chip.grey)[chip.inside].std())
    return between(log((edges + 0.1) / (spread + 2.0)), log(0.03), log(0.09))


def noise(chip: Chip) -> float:
    """No part of the standard: Immerkaer's fast estimate, 1996, by the median that edges spare."""
    grain = np.abs(_filtered(chip.grey, GRAIN)[chip.inside])
    return between(float(np.median(grain)) / (0.6745 * 6), 8.0, 1.5)


def under_exposure(chip: Chip) -> float:
    """100 less the share of the face with luminance 0 to 25, which at a half is all."""
    return between(float((chip.face <= 25).mean()), 0.5, 0.0)


def over_exposure(chip: Chip) -> float:
    """100 less the share of the face with luminance 247 to 255, which at a fifth is all."""
    return between(float((chip.face >= 247).mean()), 0.2, 0.0)


def dynamic_range(chip: Chip) -> float:
    """Entropy of the face's luminance, of eight bits at most; below three there is no drawing."""
    odds = np.bincount(chip.face.astype(np.uint8), minlength=256) / chip.face.size
    odds = odds[odds > 0]
    return between(-float(odds @ np.log2(odds)), 3.0, 6.8)


def not_dark(chip: Chip) -> float:
    """Luminance mean: enough from 90 on."""
    return between(float(chip.face.mean()), 20, 90)


def not_bright(chip: Chip) -> float:
    """Luminance mean: not too much up to 170."""
    return between(float(chip.face.mean()), 245, 170)


def even_light(chip: Chip) -> float:
    """Illumination uniformity: how much brighter one half of the face is than the other."""
    half = CHIP // 2
    sides = [
        float(chip.grey[:, part][chip.inside[:, part]].mean())
        for part in (np.s_[:half], np.s_[half:])
        if chip.inside[:, part].any()
    ]
    if len(sides) < 2:
        return 0.0
    return between(abs(sides[0] - sides[1]) / (sum(sides) + 20), 0.4, 0.0)


def natural_colour(chip: Chip) -> float:
    """How far the face's mean colour is from those of skin: a* of 5 to 25, b* of 5 to 35."""
    import cv2

    lab = cv2.cvtColor(chip.colour[None, chip.inside], cv2.COLOR_RGB2LAB)[0].astype(np.float32)
    redness, yellowness = (lab.mean(0)[1:] - 128).tolist()
    off = max(5 - redness, redness - 25, 0) + max(5 - yellowness, yellowness - 35, 0)
    return 100 * exp(-off / 10)


def compression(picture: Picture, mesh: Floats) -> float | None:
    """No compression artefacts: steps across the 8 x 8 grid of JPEG against those beside it.

    OFIQ has a network. Seen only where the photo was not resized or cut off the grid since.
    """
    width, height = picture.size
    (left, top), (right, bottom) = mesh[list(OVAL), :2].min(0), mesh[list(OVAL), :2].max(0)
    middle = (left + right) / 2, (top + bottom) / 2
    x0, y0 = (
        GRID * int(max(low, centre - MOST / 2, 0) // GRID)
        for low, centre in zip((left, top), middle, strict=True)
    )
    x1, y1 = int(min(right, x0 + MOST, width)), int(min(bottom, y0 + MOST, height))
    if min(x1 - x0, y1 - y0) < 3 * GRID:
        return None
    grey = picture.pixels[y0:y1, x0:x1].astype(np.float32) @ LIGHT
    return between((_steps(grey) + _steps(grey.T)) / 2, 2.0, 1.1)


def _steps(grey: Floats) -> float:
    """How much higher the mean step from a block's last column to the next is than others."""
    steps = np.abs(np.diff(grey, axis=1)).mean(0)
    edge = np.arange(len(steps)) % GRID == GRID - 1
    return float((steps[edge].mean() + 0.5) / (steps[~edge].mean() + 0.5))


def even_background(picture: Picture, mesh: Floats) -> float | None:
    """Background uniformity: mean gradient beside and above the head; OFIQ cuts the person out."""
    import cv2

    low, high = mesh[list(OVAL), :2].min(0), mesh[list(OVAL), :2].max(0)
    side = float((high - low).max())
    x, y = ((low + high) / 2).tolist()
    matrix = geometry.square((x, y), WIDE * side, 0.0, AROUND)
    grey = geometry.chip(picture, matrix, AROUND, repeat_border=True).astype(np.float32) @ LIGHT
    rows, columns = np.mgrid[:AROUND, :AROUND] - (AROUND - 1) / 2
    unit = AROUND / WIDE  # pixels that the face is high
    head = (columns / (0.75 * unit)) ** 2 + ((rows + 0.1 * unit) / (0.95 * unit)) ** 2 < 1
    around = _in_photo(picture, matrix, AROUND) & ~head & (rows < 0.4 * unit)
    if around.sum() < 0.05 * AROUND**2:
        return None
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *by) for by in ((1, 0), (0, 1)))
    return between(float(np.hypot(across, down)[around].mean()), 100.0, 5.0)


OF_CHIP = (
    ("sharpness", sharpness),
    ("noise", noise),
    ("under-exposure", under_exposure),
    ("over-exposure", over_exposure),
    ("dark", not_dark),
    ("bright", not_bright),
    ("dynamic range", dynamic_range),
    ("even light", even_light),
    ("natural colour", natural_colour),
)
