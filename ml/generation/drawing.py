"""Draws a picture whose pixels have moved in depth: what is nearer hides what is farther.

Each source pixel is tried at four places; the nearest that falls on a pixel is seen there. Where
the surface has turned its back nothing is drawn; what it was stretched over is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import matting
from ml.generation.sitter import Floats

FINER = 2  # times finer than pixels
FAINT = 0.02  # alpha, below which nothing is drawn
BACK = 0.02  # the source pixel's area; less has turned its back
JUMP = 6.0  # pixels of the source between neighbours: an edge, softened


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Where each pixel comes from. xy: S x S x 2, pixels of the source. there: S x S, whether it
    shows anything of it. closed: S x S, whether that is stretched over a gap."""

    xy: Floats
    there: NDArray[np.bool_]
    closed: NDArray[np.bool_]

    def taken(self, values: Floats) -> Floats:
        """What each pixel shows of the source's values (S x S or S x S x C)."""
        import cv2

        way = cv2.INTER_CUBIC if values.ndim == 3 else cv2.INTER_LINEAR
        cut: Any = cv2.remap(values, self.xy[..., 0], self.xy[..., 1], way,
                             borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
        return cut  # type: ignore[no-any-return]

    def alpha(self, alpha: Floats) -> Floats:
        shown: Floats = self.taken(alpha) * self.there
        return shown

    def softened(self, pixels: Floats) -> Floats:
        """Without the steps at edges where something near hides something far."""
        import cv2

        jump = sum(np.abs(cv2.Laplacian(self.xy[..., one], cv2.CV_32F)) for one in range(2))
        edge = cv2.dilate(((jump > JUMP) & self.there).astype(np.float32), np.ones((2, 2)))
        share: Any = cv2.GaussianBlur(edge, (0, 0), 0.8)
        soft: Any = cv2.GaussianBlur(pixels, (0, 0), 1.0)
        mixed: Floats = pixels + (soft - pixels) * share.clip(0, 1)[..., None]
        return mixed


def drawn(moved: Floats, alpha: Floats, gap: float) -> Drawn:
    """moved: S x S x 3, where each source pixel has gone, z away. alpha: S x S. gap: pixels; what
    is wider stays open."""
    import cv2

    size = len(moved)
    fine: Any = cv2.resize(moved, (size * FINER,) * 2, interpolation=cv2.INTER_LINEAR)
    seen: Any = cv2.resize(alpha, (size * FINER,) * 2)
    slopes = [cv2.Sobel(fine[..., :2], cv2.CV_32F, *way, ksize=1) * (0.5 * FINER)
              for way in ((1, 0), (0, 1))]  # fmt: skip
    area = slopes[0][..., 0] * slopes[1][..., 1] - slopes[0][..., 1] * slopes[1][..., 0]
    rows, columns = np.nonzero((seen > FAINT) & (area > BACK))
    place = fine[rows, columns]
    pixel = np.rint(place[:, :2]).astype(np.int32)
    inside = np.flatnonzero(((pixel >= 0) & (pixel < size)).all(1))
    # The last one written to a pixel stays, so that the nearest come last.
    order = inside[np.argsort(-place[inside, 2], kind="stable")]
    nearest = np.full((size, size), -1, np.int64)
    nearest[pixel[order, 1], pixel[order, 0]] = order
    hit = nearest >= 0
    which = nearest[hit]
    at = rows[which], columns[which]
    off = pixel[which] - place[which, :2]
    (a, c), (b, d) = (slopes[0][at].T, slopes[1][at].T)
    back = np.column_stack([d * off[:, 0] - b * off[:, 1], a * off[:, 1] - c * off[:, 0]])
    back = (back / area[at][:, None]).clip(-1, 1)
    xy = np.zeros((size, size, 2), np.float32)
    xy[hit] = (np.column_stack([at[1], at[0]]) + 0.5) / FINER - 0.5 + back
    return _closed(xy, hit, hit & (_at(seen, hit, at) > 0.5), gap)


def _at(seen: Floats, hit: NDArray[np.bool_], at: tuple[Any, Any]) -> Floats:
    spread = np.zeros(hit.shape, np.float32)
    spread[hit] = seen[at]
    return spread


def _closed(xy: Floats, there: NDArray[np.bool_], solid: NDArray[np.bool_], gap: float) -> Drawn:
    """What lies in gaps of what is solid comes from around them."""
    import cv2

    side = 2 * round(gap / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    whole = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0
    open_ = whole & ~solid
    if open_.any():
        size = np.float32(len(xy))
        around = matting.filled(xy / size, solid.astype(np.float32)) * size
        xy = np.where(open_[..., None], around, xy).astype(np.float32)
    return Drawn(xy, there | open_, open_)
