"""Measures the skin of a face and how it fits its surround: patterns, detail, colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.landmarks import OVAL
from ml.types import Picture

Floats = NDArray[np.float64]
SIZE, PADDING = 192, 0.6  # of the chip that is looked at: the head and some of the neck
SKIN, SIDE = (151, 50, 280), 0.16  # forehead and cheeks; half a patch's side, in eye distances
UNDER = 0.175  # face heights that the neck lies under the chin
PATTERNS = 10  # uniform rotation-invariant patterns of eight neighbours


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """patterns: shares of the ten local binary patterns of the skin (Ojala et al., 2002), adding up
    to 1. crisp: logarithm of the detail inside the face's outline over that of the ring around it.
    under: CIE Lab of the neck less that of the cheeks.
    """

    patterns: Floats
    crisp: float
    under: Floats


def surface(picture: Picture, mesh: NDArray[Any]) -> Surface:
    """Of one face; its mesh is 468 x 3 in the photo's pixels."""
    import cv2

    cut = alignment.cut(mesh, SIZE, PADDING)
    chip = geometry.chip(picture, cut, SIZE, repeat_border=True)
    points = geometry.moved(cut, mesh[:, :2])
    lab: Any = cv2.cvtColor(chip.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    outline = points[list(OVAL)]
    light = lab[..., 0]
    return Surface(patterns(light, points), crisp(light, outline), under(lab, points))


def patch(values: NDArray[Any], at: Floats, side: float) -> NDArray[Any]:
    """The pixels within half a side of a point, at least one."""
    x, y = np.clip(np.round(at).astype(int), 0, SIZE - 1)
    half = max(int(side / 2), 1)
    return values[max(y - half, 0) : y + half + 1, max(x - half, 0) : x + half + 1]


def eyes(points: Floats) -> float:
    """Pixels of the chip between the outer corners of the eyes."""
    return float(np.linalg.norm(points[263] - points[33]))


def patterns(light: NDArray[Any], points: Floats) -> Floats:
    """Of the lightness (0..100) of forehead and cheeks."""
    from skimage.feature import local_binary_pattern

    grey = np.round(light * 2.55).astype(np.uint8)
    codes = local_binary_pattern(grey, 8, 2, "uniform")  # type: ignore[no-untyped-call]
    side = 2 * SIDE * eyes(points)
    seen = np.concatenate([patch(codes, points[at], side).ravel() for at in SKIN])
    counts = np.bincount(seen.astype(int), minlength=PATTERNS)
    shares: Floats = counts / counts.sum()
    return shares


def ring(outline: Floats, least: float, most: float) -> NDArray[np.bool_]:
    """Where the chip lies between two multiples of the outline's distance from its middle."""
    import cv2

    masks = []
    for part in (least, most):
        mask = np.zeros((SIZE, SIZE), np.uint8)
        middle = outline.mean(0)
        drawn = np.round(middle + part * (outline - middle)).astype(np.int32)
        if part:
            cv2.fillPoly(mask, [cv2.convexHull(drawn)], 1)
        masks.append(mask > 0)
    found: NDArray[np.bool_] = masks[1] & ~masks[0]
    return found


def crisp(light: NDArray[Any], outline: Floats) -> float:
    """Detail is how far a pixel is from its blurred surround; 0 where one of both is not seen."""
    import cv2

    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), 1.0))
    inside, around = fine[ring(outline, 0.0, 0.85)], fine[ring(outline, 1.03, 1.3)]
    if not inside.size or not around.size:
        return 0.0
    return float(np.log((inside.mean() + 0.05) / (around.mean() + 0.05)))


def under(lab: NDArray[Any], points: Floats) -> Floats:
    """The neck lies under the chin, in the direction from forehead to chin."""
    down = points[152] - points[10]
    neck = patch(lab, points[152] + UNDER * down, 0.3 * eyes(points))
    cheeks = [patch(lab, points[at], 0.3 * eyes(points)).reshape(-1, 3) for at in (50, 280)]
    skin = np.median(np.vstack(cheeks), 0)
    step: Floats = np.median(neck.reshape(-1, 3), 0) - skin
    return step
