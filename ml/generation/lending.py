"""Skin that the photo does not show is lent by the face's other half, and by other photos."""

from __future__ import annotations

from collections.abc import Iterator
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
    facing = -normals(moved)[:, 2] > 0
    own, whole = shown(sitter.mesh), np.zeros(pixels.shape[:2], np.float32)
    has = own
    seen: Cover | None = None
    for front, places, shows in lenders(sitter, own):
        gain = ((shows - has) / BETTER).clip(0, 1) * (1 - has)
        if front is not sitter.front:  # the next photo lends what this one hides, too
            has = np.maximum(has, shows)
        if gain.max() < LEAST:
            continue
        seen = seen or cover(moved, triangles(), sitter.size, sitter.size)
        pixels, share = laid(sitter, front, np.column_stack([places, gain * facing]), seen, pixels)
        whole = np.maximum(whole, share)
    return pixels, whole


def lenders(sitter: Sitter, own: Points) -> Iterator[tuple[Floats, Points, Points]]:
    """What can lend: pixels, where each vertex is in them (468 x 2), and how well they show it.
    First the other half, in whose light other photos, the best first, are laid over it. own: how
    well the photo shows each vertex."""
    yield sitter.front, sitter.mesh[opposite(), :2], own[opposite()]
    for one in sorted(sitter.others, key=lambda one: -(shown(one.mesh) - own).clip(0, None).sum()):
        yield one.pixels, one.mesh[:, :2], shown(one.mesh)


def shown(mesh: Points) -> Points:
    """468, 0..1: how well its photo shows each vertex. mesh: in pixels of the photo."""
    well: Points = ((-normals(mesh)[:, 2] - HIDDEN) / (SHOWN - HIDDEN)).clip(0, 1)
    return well


def laid(
    sitter: Sitter, front: Floats, values: Points, seen: Cover, pixels: Floats
) -> tuple[Floats, Floats]:
    """The portrait with skin of `front` laid over it, and how much of it. values: 468 x 3, where
    each vertex is in `front`, and its share. seen: what the portrait shows of the mesh."""
    import cv2

    spread = seen.spread(values, triangles())
    inner = cv2.erode(seen.there.astype(np.float32), np.ones((3, 3)))
    soft: Any = cv2.GaussianBlur(spread[..., 2] * inner, (0, 0), SEAM * sitter.unit)
    share = (soft * seen.there).astype(np.float32)
    other: Any = cv2.remap(
        front, spread[..., 0], spread[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
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
