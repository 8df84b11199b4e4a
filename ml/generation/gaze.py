"""Moves irises within their eyes: the white is stretched on one side and drawn in on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ml.generation.sitter import Floats, Sitter
from ml.landmarks import LEFT_EYE, RIGHT_EYE

ACROSS, DOWN = 0.24, 0.3  # of the eye's width, and of its height, at a coefficient of 1
EDGE = 0.3  # of the eye's height: from the lids inwards, the iris moves fully


def looked(sitter: Sitter, coefficients: Mapping[str, float]) -> Floats | None:
    """S x S x 2: how far each pixel moves; None where the eyes stay."""
    size = sitter.size
    whole = np.zeros((size, size, 2), np.float32)
    for side, outline, away in (("Right", RIGHT_EYE, -1), ("Left", LEFT_EYE, 1)):
        way = {name: coefficients.get(f"eyeLook{name}{side}", 0.0) for name in WAYS}
        across, down = away * (way["Out"] - way["In"]), way["Down"] - way["Up"]
        if across or down:
            whole += shifted(sitter, outline, across, down)
    return whole if whole.any() else None


WAYS = ("In", "Out", "Up", "Down")


def shifted(sitter: Sitter, outline: tuple[int, ...], across: float, down: float) -> Floats:
    """One eye. across: to the person's left."""
    import cv2

    points = sitter.mesh[list(outline), :2]
    corners = sitter.mesh[[outline[0], outline[8]], :2]
    wide = float(np.linalg.norm(corners[1] - corners[0]))
    lids = sitter.mesh[[outline[4], outline[12]], :2]
    high = max(float(np.linalg.norm(lids[1] - lids[0])), 1.0)
    eye = np.zeros((sitter.size,) * 2, np.uint8)
    cv2.fillPoly(eye, [np.round(points).astype(np.int32)], 1)
    far: Any = cv2.distanceTransform(eye, cv2.DIST_L2, 5)
    share = (far / (EDGE * high)).clip(0, 1)
    x, y = sitter.axes[:2, 0], sitter.axes[:2, 1]
    by = ACROSS * wide * across * x + DOWN * high * down * y
    moved: Floats = (share[..., None] * by).astype(np.float32)
    return moved
