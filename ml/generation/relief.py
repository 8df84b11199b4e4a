"""How deep each pixel of a sitter lies, and how far it goes along when the head turns.

The mesh knows the face alone. Around it the head is blown up from its outline (Igarashi et al.,
Teddy: A Sketching Interface for 3D Freeform Design, 1999), and what the mesh adds to that fades out
beside it. Lengths are distances between the eyes where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry, matting
from ml.generation.sitter import Floats, Sitter
from ml.shape.raster import Cover, cover
from ml.shape.surface import Points, triangles

EARS = [234, 454]  # vertices
PIVOT = 0.15  # behind the ears: the head turns around it
RIM, ROUND, HIGH = 0.1, 0.8, 0.75  # its outline lies behind the ears; how wide and high it is blown
NECK = 0.3  # before the outline
NECK_BEGINS, NECK_THERE = 0.0, 0.35  # below the chin
TURNS, RESTS = -0.1, 1.3  # below the chin: down to where all turns, and where nothing does
FADES = 0.22  # what the mesh adds fades beside it
OUTLINE = 0.4  # within this far of the outline the head grows no narrower by turning
SEAM, SEAM_WIDE = 0.06, 0.03  # beside the mesh depth is smoothed, lest skin be torn there


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """points: S x S x 3, x and y in pixels, z the depth in the same, growing away. turns: S x S,
    0..1, how far each pixel turns with the head. narrows: S x S, 0..1, how far turning draws it to
    the middle: a head's outline stays, since it is as wide seen from the side. pivot: 3.
    mesh: which triangle of the mesh each pixel shows."""

    points: Floats
    turns: Floats
    narrows: Floats
    pivot: Points
    mesh: Cover


def relief(sitter: Sitter) -> Relief:
    """Of a sitter."""
    mesh, unit, size = sitter.mesh, sitter.unit, sitter.size
    seen = cover(mesh, triangles(), size, size)
    y, x = (grid.astype(np.float32) for grid in np.mgrid[:size, :size])
    ears = mesh[EARS].mean(0)
    below = under(mesh, sitter.axes, x, y) / unit
    inwards = within(sitter.alpha, seen.there) / np.float32(unit)
    rim = ears[2] + RIM * unit
    blown = rim - HIGH * unit * np.sqrt(1 - (1 - (inwards / ROUND).clip(0, 1)) ** 2)
    neck = smooth(NECK_BEGINS, NECK_THERE, below)
    deep = blown + (rim - NECK * unit - blown) * neck
    added = np.where(seen.there, seen.depth - deep, 0).astype(np.float32)
    depth = seamless(deep + matting.faded(added, seen.there, FADES * unit), seen.there, unit)
    return Relief(
        np.dstack([x, y, depth]).astype(np.float32),
        (1 - smooth(TURNS, RESTS, below)).astype(np.float32),
        smooth(0, OUTLINE, inwards).astype(np.float32),
        ears + PIVOT * unit * sitter.axes[:, 2],
        seen,
    )


def under(mesh: Points, axes: NDArray[Any], x: Floats, y: Floats) -> Floats:
    """How far each pixel lies below the chin, along the face; in pixels."""
    down = axes[:2, 1] / np.linalg.norm(axes[:2, 1])
    chin = mesh[geometry.CHIN]
    far: Floats = (x - chin[0]) * down[0] + (y - chin[1]) * down[1]
    return far


def within(alpha: Floats, face: NDArray[np.bool_]) -> Floats:
    """How far within the person's outline each pixel lies; the photo's edge is no outline."""
    import cv2

    person = np.pad(((alpha > 0.5) | face).astype(np.uint8), 1, mode="edge")
    far: Any = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    return far[1:-1, 1:-1]  # type: ignore[no-any-return]


def seamless(depth: Floats, face: NDArray[np.bool_], unit: float) -> Floats:
    """Smoothed beside the mesh."""
    import cv2

    soft: Any = cv2.GaussianBlur(depth, (0, 0), SEAM * unit)
    beside: Any = cv2.GaussianBlur((~face).astype(np.float32), (0, 0), SEAM_WIDE * unit)
    smoothed: Floats = depth + (soft - depth) * beside
    return smoothed


def smooth(start: float, end: float, values: Any) -> Any:
    """0 at the start, 1 at the end and beyond, without a kink."""
    share = np.clip((values - start) / (end - start), 0, 1)
    return share * share * (3 - 2 * share)
