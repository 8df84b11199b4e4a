"""Colours of a few cells of a head, so muddled that whoever knows the method learns nothing.

A recogniser that is shown faces covered the same way reads coarse colours and their layout. So the
cells are few and follow the head's size, where they begin is drawn, what they differ by is pressed
together, and noise is laid over the whole head's colour and over each cell's. How much of each was
chosen by `manage.py evaluate anonymise` (docs/protection.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
USUAL = np.array([142, 112, 98], np.float32)  # RGB: between the skin and hair of many people


@dataclass(frozen=True, slots=True)
class Muddle:
    """pull: how far a head's colour is drawn towards the usual one. contrast: what is left of the
    cells' differences. shift: deviation of the noise that a whole
    head's colour gets, light: of each cell's lightness, tint: of each of its colours; levels of
    255."""

    pull: float
    contrast: float
    shift: float
    light: float
    tint: float


def means(
    pixels: NDArray[np.uint8], weights: Floats, cells: NDArray[np.intp], count: int
) -> Floats:
    """count x 3: the mean colour of each cell (h x w numbers), weighed; that of all where a cell
    has no pixel."""
    flat, weight = cells.ravel(), weights.ravel().astype(np.float64)
    sums = np.bincount(flat, weight, count)
    totals = [
        np.bincount(flat, weight * pixels[..., channel].ravel(), count) for channel in range(3)
    ]
    whole = np.array([total.sum() for total in totals]) / max(sums.sum(), 1e-9)
    known = sums > 1e-6
    found = np.where(known, totals / np.where(known, sums, 1), whole[:, None])
    colours: Floats = found.T.astype(np.float32)
    return colours


def muddled(colours: Floats, how: Muddle, random: np.random.Generator) -> Floats:
    """N x 3 colours, 0..255."""
    middle = colours.mean(0)
    shift = random.normal(0, how.shift) + random.normal(0, how.shift / 3, 3)
    usual = middle + how.pull * (USUAL - middle)
    light = random.normal(0, how.light, (len(colours), 1))
    tint = random.normal(0, how.tint, colours.shape)
    made = usual + shift + how.contrast * (colours - middle) + light + tint
    clipped: Floats = np.clip(made, 0, 255).astype(np.float32)
    return clipped
