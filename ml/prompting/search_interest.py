"""How likely something small is in each place of a coarse view: a sum of a few named features.

Eleven differences between a place and what surrounds it, taken at the size that the thing has in
the view, weighed by logistic regression. The weights are `python -m tests.fitting.searching --fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.prompting.search_sight import Pixels

Floats = NDArray[np.float32]
NAMES = (
    *("lightness", "redness", "blueness", "light stripe", "edges", "upright edges"),
    *("edges around", "skin", "skin here", "bright", "colourful"),
)
SKIN = (152.0, 105.0)  # Cr and Cb of skin of all tones, 0..255, under usual light
SPREAD = 12.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """Of what a thing is known by. size: its width and height in pixels of the photo."""

    size: tuple[float, float]
    weights: Mapping[str, float]
    start: float

    def __call__(self, pixels: Pixels, scale: float) -> Floats:
        """H x W: log-odds that such a thing is there. pixels: H x W x 3, RGB; scale: pixels of
        the photo a pixel of it."""
        found = features(pixels, scale, self.size)
        made = sum(self.weights[name] * found[name] for name in self.weights) + self.start
        return np.asarray(made, np.float32)


def features(pixels: Pixels, scale: float, size: tuple[float, float]) -> dict[str, Floats]:
    """Each H x W, by name, around 0..5."""
    import cv2

    luma, red, blue = (
        np.ascontiguousarray(one)
        for one in np.moveaxis(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb).astype(np.float32), 2, 0)
    )
    wide, high = (max(side / scale, 1.0) for side in size)
    square = min(wide, high)
    across = np.abs(cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.25))
    down = np.abs(cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.25))
    edges, upright = mean(across + down, wide, high), mean(across, wide, high)
    apart = ((red - SKIN[0]) ** 2 + (blue - SKIN[1]) ** 2) / (2 * SPREAD**2)
    skin = np.exp(-apart) * np.clip((luma - 25) / 40, 0, 1)
    here, there = mean(skin, wide, high), mean(skin, 3 * wide, 3 * high)
    colour = mean(np.abs(red - 128) + np.abs(blue - 128), wide, high)
    light = mean(luma, wide, high)
    return {
        "lightness": grown(light - mean(luma, 3 * wide, 3 * high)),
        "redness": grown(mean(red, wide, high) - mean(red, 3 * wide, 3 * high)),
        "blueness": grown(mean(blue, wide, high) - mean(blue, 3 * wide, 3 * high)),
        "light stripe": grown(light - mean(luma, wide, 3 * high)),
        "edges": np.log1p(edges),
        "upright edges": upright / (edges + 1),
        "edges around": np.log1p(mean(across + down, 6 * square, 6 * square)),
        "skin": here - there,
        "skin here": here,
        "bright": light / 128,
        "colourful": np.log1p(colour),
    }


def mean(values: Floats, wide: float, high: float) -> Floats:
    """Smoothed over about that many pixels."""
    import cv2

    sigma = [max(side, 1.0) / 3.5 for side in (wide, high)]  # a box so wide varies as much
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma[0], None, sigma[1]), np.float32)


def grown(difference: Any) -> Floats:
    """Large differences count little more than middling ones, and none less than none."""
    return np.asarray(np.log1p(np.abs(difference)), np.float32)
