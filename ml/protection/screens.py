"""Looks for screens: phones, laptops, monitors and televisions in a photo, by shape and by light.

A screen is a quadrangle with a sharp edge all round, inside which things stand upright and level.
Quadrangles are taken from the outlines of what is lighter than many levels, and of edges; a small
network, fitted to screens drawn into photos, says how likely each is one (`python -m
tests.fitting.screens`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Texts
from ml.protection.screen_look import look

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Quad = NDArray[np.float32]
LONGEST = 960  # pixels of the longer side that is looked at
SHARES = (10, 20, 30, 40, 50, 60, 70, 78, 85, 90, 94, 97)  # percentiles of light, and levels
LEVELS = range(30, 250, 22)
EDGES = ((30, 80), (60, 150), (100, 220))  # of Canny's
SMALLEST, LARGEST = 0.002, 0.7  # of the photo
SHORTEST = 16.0  # pixels of a side
FITS = 0.12  # by how much an outline's area may differ from its quadrangle's
SKEWED = 58.0  # degrees that a corner has at least, and 180 less them at most
TAPERED = 1.7  # how many times as long as the opposite side one is at most
ASPECT = (1.15, 2.6)  # of the longer side to the shorter
SAME = 4.0  # pixels: corners nearer than that are of one quadrangle
OVERLAP = 0.5  # of the smaller: such quadrangles are one screen
SURE = 0.7
FITTED = Path(__file__).with_name("screens.npz")


def found(pixels: Pixels) -> Texts:
    """Four corners of each screen, pixels of the photo, the surest first. pixels: H x W x 3,
    RGB."""
    small, scale = shrunk(pixels)
    quads = candidates(small)
    if not quads:
        return Texts(())
    likely = odds(np.stack([look(small, quad) for quad in quads]))
    kept: list[Quad] = []
    for index in np.argsort(-likely):
        quad = quads[index]
        if likely[index] >= SURE and all(shared(quad, other) < OVERLAP for other in kept):
            kept.append(quad)
    return Texts(tuple(tuple((float(x), float(y)) for x, y in quad * scale) for quad in kept))


def shrunk(pixels: Pixels) -> tuple[Pixels, float]:
    """As it is looked at, and how many pixels of the photo one of it is wide."""
    import cv2

    scale = max(pixels.shape[:2]) / LONGEST
    if scale <= 1:
        return pixels, 1.0
    size = [max(1, round(side / scale)) for side in pixels.shape[1::-1]]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def odds(seen: Floats) -> Floats:
    """How likely each is a screen, 0..1. seen: N x the numbers of screen_look."""
    fitted = _fitted()
    layer = (seen - fitted["mean"]) / fitted["spread"]
    hidden = np.maximum(layer @ fitted["weights"] + fitted["bias"], 0)
    last = hidden @ fitted["last"] + fitted["last_bias"]
    likely: Floats = (1 / (1 + np.exp(-last[:, 0].clip(-30, 30)))).astype(np.float32)
    return likely


@cache
def _fitted() -> dict[str, Any]:
    with np.load(FITTED) as file:
        return dict(file)


def candidates(pixels: Pixels) -> list[Quad]:
    """Quadrangles of a screen's shape, each 4 x 2, clockwise from the corner at the top left."""
    import cv2

    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    quads: list[Quad] = []
    for mask in masks(np.asarray(grey, np.uint8)):
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            quad = quadrangle(outline, grey.size)
            if quad is None or not is_screens(quad, grey.shape):
                continue
            if not any(np.abs(quad - other).max() < SAME for other in quads):
                quads.append(quad)
    return quads


def masks(grey: Pixels) -> Iterator[Pixels]:
    """What is lighter than each level and what is not; edges, and what lies between them."""
    import cv2

    shares = np.unique(np.percentile(grey, SHARES).astype(int)).tolist()
    for level in (*shares, *LEVELS):
        lighter = (grey > level).astype(np.uint8)
        yield lighter
        yield 1 - lighter
    for low, high in EDGES:
        wide: Any = cv2.dilate(cv2.Canny(grey, low, high), np.ones((3, 3), np.uint8))
        yield (wide > 0).astype(np.uint8)
        yield (wide == 0).astype(np.uint8)


def quadrangle(outline: NDArray[Any], area: int) -> Quad | None:
    """The outline as a quadrangle; None where it is none. area: pixels of the photo."""
    import cv2

    _, _, wide, high = cv2.boundingRect(outline)
    if not SMALLEST * area <= wide * high <= LARGEST * area:
        return None
    hull = cv2.convexHull(outline)
    long, filled = cv2.arcLength(hull, True), cv2.contourArea(hull)
    if filled < SMALLEST * area:
        return None
    for part in (0.02, 0.035, 0.05, 0.07):
        corners = cv2.approxPolyDP(hull, part * long, True)
        if len(corners) == 4:
            quad = corners[:, 0].astype(np.float32)
            fits = abs(filled / max(cv2.contourArea(quad), 1.0) - 1) < FITS
            return in_order(quad) if fits else None
    return None


def in_order(quad: Quad) -> Quad:
    """The corners clockwise from the one at the top left."""
    away = quad - quad.mean(0)
    quad = quad[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    return np.roll(quad, -int(np.argmin(quad.sum(1))), axis=0)


def is_screens(quad: Quad, size: tuple[int, ...]) -> bool:
    """Whether a screen, seen from somewhere, can have that shape. size: height and width."""
    sides = np.roll(quad, -1, axis=0) - quad
    long = np.linalg.norm(sides, axis=1)
    if long.min() < SHORTEST:
        return False
    turns = (np.roll(-sides, 1, axis=0) * sides).sum(1) / (np.roll(long, 1) * long)
    across, down = long[[0, 2]], long[[1, 3]]
    means = across.mean(), down.mean()
    return bool(
        np.abs(turns).max() <= np.cos(np.radians(SKEWED))
        and max(one.max() / one.min() for one in (across, down)) <= TAPERED
        and ASPECT[0] < max(means) / min(means) < ASPECT[1]
        and (quad >= 2).all()
        and (quad <= np.array(size[1::-1]) - 3).all()
    )


def shared(one: Quad, other: Quad) -> float:
    """How much of the smaller lies in the other, 0..1."""
    import cv2

    both, _ = cv2.intersectConvexConvex(one, other)
    return float(both) / max(min(cv2.contourArea(one), cv2.contourArea(other)), 1.0)
