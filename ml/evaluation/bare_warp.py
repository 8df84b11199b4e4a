"""The cheap way to turn a head, to compare with: pixels pulled to where the turned mesh has them.

No depth order, no outline, no background of its own: what is around the face is dragged along.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.contracts.portraits import Floats, Portrayer, Wish
from ml.matting import faded
from ml.shape.raster import cover
from ml.shape.surface import triangles

REACH = 0.6  # distances between the eyes: so far around the face pixels go along


class Warp:
    """One sitter's."""

    def __init__(self, studio: Portrayer) -> None:
        self._studio = studio

    def drawn(self, wish: Wish) -> Floats:
        """S x S x 3, RGB, 0..1."""
        import cv2

        sitter, size = self._studio, len(self._studio.alpha)
        mesh = self._studio.drawing(wish).mesh
        seen = cover(mesh, triangles(), size, size)
        back = faded(
            seen.spread(sitter.mesh[:, :2] - mesh[:, :2], triangles()),
            seen.there,
            REACH * sitter.unit,
        )
        y, x = (grid.astype(np.float32) for grid in np.mgrid[:size, :size])
        pulled: Any = cv2.remap(
            sitter.pixels, x + back[..., 0], y + back[..., 1], cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        return pulled.clip(0, 1)  # type: ignore[no-any-return]
