"""Skin that the photo does not show is lent by the face's other half."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.generation.sitter import Floats, Sitter
from ml.shape.raster import Cover, cover
from ml.shape.surface import Points, normals, opposite, triangles

# Cosines between skin and line of sight in the photo: nothing is shown at the first, all at the
# second.
HIDDEN, SHOWN = 0.05, 0.4
BETTER = 0.5  # so much better shown the other half lends all
LEAST = 0.05  # lending less is not worth it
SEAM = 0.03  # distances between the eyes; so is LIGHT, over which the lent skin's light is fitted
LIGHT = 0.12
MOST = 1.6  # times brighter or darker it is made


def lent(sitter: Sitter, moved: Points, pixels: Floats) -> tuple[Floats, Floats]:
    """The portrait with lent skin, and where (S x S, 0..1). moved: 468 x 3, where the mesh is in
    it."""
    import cv2

    own = ((-normals(sitter.mesh)[:, 2] - HIDDEN) / (SHOWN - HIDDEN)).clip(0, 1)
    gain = ((own[opposite()] - own) / BETTER).clip(0, 1) * (1 - own)
    if gain.max() < LEAST:
        return pixels, np.zeros(pixels.shape[:2], np.float32)
    seen = cover(moved, triangles(), sitter.size, sitter.size)
    mirrored = sitter.mesh[opposite(), :2]
    facing = -normals(moved)[:, 2] > 0
    values = seen.spread(np.column_stack([mirrored, gain * facing]), triangles())
    inner = cv2.erode(seen.there.astype(np.float32), np.ones((3, 3)))
    soft: Any = cv2.GaussianBlur(values[..., 2] * inner, (0, 0), SEAM * sitter.unit)
    share = (soft * seen.there).astype(np.float32)
    other: Any = cv2.remap(
        sitter.front, values[..., 0], values[..., 1], cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    other = in_its_light(other, pixels, seen, LIGHT * sitter.unit)
    mixed: Floats = pixels + (other - pixels) * share[..., None]
    return mixed, share


def in_its_light(other: Floats, pixels: Floats, seen: Cover, wide: float) -> Floats:
    """The lent skin, in the light that falls where it is laid."""
    import cv2

    weight = seen.there.astype(np.float32) + np.float32(1e-4)
    around: Any = cv2.GaussianBlur(weight, (0, 0), wide)[..., None]

    def slow(values: Floats) -> Any:
        return cv2.GaussianBlur(values * weight[..., None], (0, 0), wide) / around

    ratio = (slow(pixels) + 0.03) / (slow(other) + 0.03)
    lit: Floats = (other * ratio.clip(1 / MOST, MOST)).clip(0, 1)
    return lit
