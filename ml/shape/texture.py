"""A face's skin as a picture, rolled out flat, taken from a photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.shape.raster import cover
from ml.shape.surface import Points, normals, rolled_out, triangles

LEAST, MOST = 256, 1024  # pixels of the picture's side
# Cosines between skin and line of sight: below the first a part of the skin is taken from the other
# half of the face, above the second from where it is.
HIDDEN, SHOWN = 0.1, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """pixels: S x S x 3, RGB. mirrored: the part of the skin that the other half had to lend."""

    pixels: NDArray[np.uint8]
    mirrored: float


def skin(pixels: NDArray[np.uint8], mesh: Points) -> Skin:
    """mesh: 468 x 3 in pixels of the photo. What the photo shows from the side or not at all is
    lent by the other half of the face."""
    import cv2

    side = _side(mesh)
    flat = cover(np.column_stack([rolled_out() * (side - 1), np.zeros(len(mesh))]), triangles(),
                 side, side)  # fmt: skip
    seen = np.column_stack([mesh[:, :2], _shown(pixels, mesh)])
    map_ = flat.spread(seen, triangles())
    taken: Any = cv2.remap(
        pixels, map_[..., 0], map_[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    own, others = map_[..., 2], map_[:, ::-1, 2]
    lent = (1 - own) * (others > own) * np.clip((others - own) / 0.3, 0, 1)
    mixed = taken * (1 - lent[..., None]) + taken[:, ::-1] * lent[..., None]
    whole = _beyond_the_edge(np.clip(mixed + 0.5, 0, 255).astype(np.uint8), flat.there)
    return Skin(whole, float((lent > 0.5)[flat.there].mean()))


def _side(mesh: Points) -> int:
    """A power of two about as fine as the photo."""
    extent = float(np.ptp(mesh[:, :2], axis=0).max())
    return int(np.clip(2 ** np.ceil(np.log2(max(extent, 1.0))), LEAST, MOST))


def _shown(pixels: NDArray[np.uint8], mesh: Points) -> Points:
    """Each vertex, 0..1: how well the photo shows the skin there."""
    height, width = pixels.shape[:2]
    facing = -normals(mesh)[:, 2]
    inside = ((mesh[:, :2] >= 0) & (mesh[:, :2] <= (width - 1, height - 1))).all(1)
    shown: Points = np.clip((facing - HIDDEN) / (SHOWN - HIDDEN), 0, 1) * inside
    return shown


def _beyond_the_edge(pixels: NDArray[np.uint8], there: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Around the skin its edge's colours: no seam where a viewer shrinks the picture."""
    from scipy.ndimage import distance_transform_edt

    rows, columns = distance_transform_edt(~there, return_distances=False, return_indices=True)
    filled: NDArray[np.uint8] = pixels[rows, columns]
    return filled
