"""A face by JPEG's blocks of 8 x 8 pixels, against the ring of blocks around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks
from ml.authenticity.blocks import SIDE, Flags, Floats
from ml.landmarks import OVAL

INSIDE, BESIDE = 0.7, 0.05  # parts of a block within a face
FEWEST = 6  # blocks of a face, and of the ring around it
RING = 0.21  # of a face's width, the ring around it
MARGIN = 1.0  # of a face's longer side, what is looked at beyond it


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A face and the ring around it, by blocks of 8 x 8 pixels. pixels: the part that is looked
    at, cut along the file's blocks. within: n x m, which part of a block is the face's. ring:
    n x m.
    """

    pixels: NDArray[np.uint8]
    within: Floats
    ring: Flags

    def apart(self, values: Floats, where: Flags) -> float | None:
        """The mean of the face's blocks less that of the ring; None where there are too few."""
        face, ring = where & (self.within > INSIDE), where & self.ring
        if min(face.sum(), ring.sum()) < FEWEST:
            return None
        return float(values[face].mean() - values[ring].mean())


def beside(pixels: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Beside:
    """pixels: as the file stores them. mask: h x w, 1 within the face's outline."""
    import cv2

    left, top, wide, high = cv2.boundingRect(mask)
    margin = round(MARGIN * max(wide, high))
    starts = [max(0, start - margin) // SIDE * SIDE for start in (top, left)]
    ends = [start + length + margin for start, length in ((top, high), (left, wide))]
    rows, columns = (slice(*both) for both in zip(starts, ends, strict=True))
    part = blocks.middle(mask[rows, columns].shape)
    mask, pixels = mask[rows, columns][part], pixels[rows, columns][part]
    within = blocks.cut(mask).mean((2, 3))
    reach = max(3, round(RING * wide / SIDE))
    near = cv2.dilate(within, np.ones((2 * reach + 1, 2 * reach + 1))) > BESIDE
    return Beside(pixels, within, near & (within < BESIDE))


def smoother(seen: Beside) -> float | None:
    """By how many spreads the face has less noise and less detail than its ring, for its slopes
    and brightness."""
    import cv2

    light = blocks.luminance(seen.pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    if where.sum() < blocks.FEWEST:
        return None
    noise = light - cv2.medianBlur(light.astype(np.uint8), 3)
    fine = np.log((blocks.cut(noise) ** 2).mean((2, 3)) + 0.05)
    middle, alike = blocks.energies(bands, 3, 5), usual_by(bands)
    less = -standing_out(middle, alike, where)
    less -= standing_out(fine, np.concatenate([alike, middle[..., None]], -1), where)
    return seen.apart(less, where)


def usual_by(bands: Floats) -> Floats:
    """n x m x 3: what a block's grain depends on: its slopes and its brightness."""
    lightness = bands[..., 0, 0] / 1024
    return np.stack([blocks.energies(bands, 1, 2), lightness, lightness**2], -1)


def standing_out(values: Floats, alike: Floats, where: Flags) -> Floats:
    """n x m: `blocks.beyond` what is usual among the blocks `where`."""
    return blocks.beyond(values, alike, blocks.fitted(values[where], alike[where]))


def outline(shape: tuple[int, ...], mesh: NDArray[Any]) -> NDArray[np.uint8]:
    """h x w: 1 within the face's outline."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [mesh[list(OVAL), :2].round().astype(np.int32)], 1)
    return mask
