"""Covers parts of a face and asks the expression's networks again: what they miss, they went by.

Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.analysis import face_regions
from ml.analysis.expression_fused import SIDE, Crop, FusedExpression, cut
from ml.contracts import EXPRESSION, MESH, View
from ml.landmarks import OVAL
from ml.raster import png
from ml.runtimes import Floats
from ml.types import Mark, MarkKind, Picture

# What covers: the chip so much softened, in its pixels, that no part of a face is left in it. One
# colour drew much the same maps; this one leaves no edges that a face does not have.
VEIL = 16.0
LEAST = 1e-4  # a probability counts as no nearer to 0 or 1
RASTER = 64  # pixels of a heat map's side
Masks = Callable[[geometry.Matrix, int], Floats]
"""From a square cut out of the photo, and its side in pixels, to R masks of it, 0..1."""


def expressive(view: View) -> Iterator[tuple[int, Floats | None, str | None]]:
    """Of each face its mesh and the word its expression was read as, as far as there are any."""
    odds = view.data(EXPRESSION).odds
    for face, (mesh, one) in enumerate(zip(view.data(MESH).points, odds, strict=True)):
        yield face, mesh, max(one, key=one.__getitem__) if one else None


def lost(
    model: FusedExpression,
    picture: Picture,
    mesh: Floats,
    word: int,
    masks: Masks,
    crops: tuple[Crop, ...],
    *,
    mirrored: bool,
) -> tuple[Floats, Floats]:
    """The logarithm of the word's odds that each mask takes away by covering (R), and how likely
    the word is without it (R), as the networks see the crops."""
    looks = []
    for crop in crops:
        matrix = cut(mesh, crop, SIDE)
        chip = geometry.chip(picture, matrix, SIDE, repeat_border=True)
        looks.append(np.concatenate([chip[None], covered(chip, masks(matrix, SIDE))]))
    if mirrored:
        looks += [look[:, :, ::-1] for look in looks]
    likely = model.told(np.concatenate(looks), len(looks[0]))[:, word]
    odds = logit(likely)
    return odds[0] - odds[1:], likely[1:]


def covered(chip: NDArray[np.uint8], masks: Floats) -> NDArray[np.uint8]:
    """The chip (S x S x 3) under each of the masks (R x S x S): R x S x S x 3."""
    import cv2

    veil = np.asarray(cv2.GaussianBlur(chip.astype(np.float32), (0, 0), VEIL), np.float32)
    made = np.empty((*masks.shape, 3), np.uint8)
    for channel in range(3):  # faster than all at once, along so short an axis
        bare, hidden = chip[..., channel], veil[..., channel]
        made[..., channel] = (bare + (hidden - bare) * masks).round()
    return made


def logit(likely: NDArray[Any]) -> Floats:
    kept = likely.clip(LEAST, 1 - LEAST)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def frame(mesh: Floats) -> geometry.Matrix:
    """The transform that brings what a heat map is laid over into RASTER x RASTER."""
    return cut(mesh, Crop(1.1, 0.0, False), RASTER)


def heat(name: str, layer: str, face: int, mesh: Floats, warmth: Floats) -> Mark:
    """A map to lay over a face. warmth: RASTER x RASTER of `frame`; below 0 is cold, and the
    warmest point is the hottest."""
    import cv2

    matrix = frame(mesh)
    oval = np.zeros((RASTER, RASTER), np.float32)
    face_regions.fill(oval, mesh, OVAL, matrix)
    shown = warmth.clip(0, None) * cv2.GaussianBlur(oval, (0, 0), 1.0)
    grey = (shown / max(float(shown.max()), 1e-9) * 255).round().astype(np.uint8)
    corners = geometry.moved(geometry.inverse(matrix), [(-0.5, -0.5), (RASTER - 0.5,) * 2])
    box = tuple((round(float(x), 1), round(float(y), 1)) for x, y in corners)
    return Mark(name, layer, MarkKind.HEAT, (box,), face, raster=png(grey), tone="warm")
