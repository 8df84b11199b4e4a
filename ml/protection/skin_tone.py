"""How light the skin of a face is, by its pixels: the individual typology angle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.shape.surface import opposite

# Vertices around the right half's patches of bare skin; the left ones are their mirror images.
PATCHES = ((50, 101, 205, 187), (151, 108, 69, 104, 105), (199, 208, 171, 175))


def ita(pixels: NDArray[np.uint8], mesh: NDArray[Any]) -> float:
    """Degrees, more for lighter skin (Chardon et al., Skin colour typology and suntanning
    pathways, 1991): the median over cheeks, forehead and chin. Light and camera count, too."""
    import cv2

    high, wide = pixels.shape[:2]
    inside = np.zeros((high, wide), np.uint8)
    sides = [list(patch) for patch in PATCHES]
    for run in (*sides, *(opposite()[patch].tolist() for patch in sides)):
        hull: Any = cv2.convexHull(np.round(mesh[run, :2]).astype(np.int32))
        cv2.fillConvexPoly(inside, hull, 1)
    skin = pixels[inside > 0]
    if not len(skin):
        return float("nan")
    lab: Any = cv2.cvtColor(skin[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    light, yellow = np.median(lab[:, 0]), np.median(lab[:, 2])
    return float(np.degrees(np.arctan2(light - 50, yellow)))
