"""The parts of a face that people have names for, as outlines of the mesh, and as soft masks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml import geometry
from ml.landmarks import Outline
from ml.runtimes import Floats

FINE = 16  # outlines are drawn to a sixteenth of a pixel

# Vertices around each region; right and left are the person's own. They may overlap a little.
REGIONS: Mapping[str, Outline] = {
    "forehead": (
        54, 103, 67, 109, 10, 338, 297, 332, 284, 298, 333, 299, 337, 151, 108, 69, 104, 68,
    ),
    "between the brows": (108, 151, 337, 336, 285, 417, 168, 193, 55, 107),
    "right brow": (71, 68, 104, 69, 108, 107, 55, 221, 222, 223, 224, 225, 124, 156),
    "left brow": (301, 298, 333, 299, 337, 336, 285, 441, 442, 443, 444, 445, 353, 383),
    "right eye": (225, 224, 223, 222, 221, 189, 244, 128, 121, 120, 119, 118, 117, 111, 143, 156),
    "left eye": (445, 444, 443, 442, 441, 413, 464, 357, 350, 349, 348, 347, 346, 340, 372, 383),
    "nose": (168, 417, 465, 357, 277, 355, 358, 327, 2, 98, 129, 126, 47, 128, 245, 193),
    "right cheek": (
        116, 117, 118, 119, 120, 47, 126, 129, 203, 206, 216, 212, 214, 192, 213, 147, 123,
    ),
    "left cheek": (
        345, 346, 347, 348, 349, 277, 355, 358, 423, 426, 436, 432, 434, 416, 433, 376, 352,
    ),
    "mouth": (
        57, 186, 92, 165, 167, 164, 393, 391, 322, 410, 287, 273, 335, 406, 313, 18, 83, 182,
        106, 43,
    ),
    "chin": (
        43, 106, 182, 83, 18, 313, 406, 335, 273, 422, 430, 394, 379, 378, 400, 377, 152, 148,
        176, 149, 150, 169, 210, 202,
    ),
}  # fmt: skip


def outlined(mesh: Floats, transform: geometry.Matrix, size: int, soft: float) -> Floats:
    """A mask a region, 0 outside and 1 inside: R x size x size, of the square that the transform
    cuts out of the photo. soft: how wide their edges are, standard deviation in its pixels."""
    import cv2

    masks = np.zeros((len(REGIONS), size, size), np.float32)
    for mask, outline in zip(masks, REGIONS.values(), strict=True):
        fill(mask, mesh, outline, transform)
    return np.stack([cv2.GaussianBlur(mask, (0, 0), soft) for mask in masks])


def fill(mask: Floats, mesh: Floats, outline: Outline, transform: geometry.Matrix) -> None:
    """Set what lies inside the outline to 1."""
    import cv2

    points = geometry.moved(transform, mesh[list(outline), :2])
    cv2.fillPoly(mask, [(points * FINE).round().astype(np.int32)], 1.0, shift=FINE.bit_length() - 1)


def nearest(mesh: Floats, point: Floats) -> str:
    """The region in which a point of the photo lies, or to which it lies nearest."""
    import cv2

    x, y = map(float, point)

    def inside(name: str) -> float:
        return float(cv2.pointPolygonTest(mesh[list(REGIONS[name]), :2], (x, y), measureDist=True))

    return max(REGIONS, key=inside)
