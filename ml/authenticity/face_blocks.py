"""A face by JPEG's blocks of 8 x 8 pixels, against the ring of blocks around it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks
from ml.authenticity.blocks import SIDE, Flags, Floats
from ml.authenticity.saving import Saved
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
    rows, columns = (
        slice(max(0, start - margin) // SIDE * SIDE, start + length + margin)
        for start, length in ((top, high), (left, wide))
    )
    within = blocks.cut(mask[rows, columns]).mean((2, 3))
    reach = max(3, round(RING * wide / SIDE))
    near = cv2.dilate(within, np.ones((2 * reach + 1, 2 * reach + 1))) > BESIDE
    return Beside(pixels[rows, columns], within, near & (within < BESIDE))


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


def unsettled(seen: Beside, saved: Saved) -> float | None:
    """By how many spreads the face's blocks change more than its ring's, for their content, when
    the photo is saved once more as it was (error level analysis: Krawetz, A Picture's Worth, 2007).
    A photo that is saved for the second time with one table has settled but for what was new."""
    light = blocks.luminance(seen.pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    if where.sum() < blocks.FEWEST:
        return None
    change = light - blocks.luminance(saved_again(seen.pixels, saved))
    level = np.log((blocks.cut(change) ** 2).mean((2, 3)) + 0.002)
    by = np.concatenate([usual_by(bands), blocks.energies(bands, 3, 5)[..., None]], -1)
    return seen.apart(standing_out(level, by, where), where)


def usual_by(bands: Floats) -> Floats:
    """n x m x 3: what a block's grain depends on: its slopes and its brightness."""
    lightness = bands[..., 0, 0] / 1024
    return np.stack([blocks.energies(bands, 1, 2), lightness, lightness**2], -1)


def standing_out(values: Floats, alike: Floats, where: Flags) -> Floats:
    """n x m: `blocks.beyond` what is usual among the blocks `where`."""
    return blocks.beyond(values, alike, blocks.fitted(values[where], alike[where]))


def saved_again(pixels: NDArray[np.uint8], saved: Saved) -> NDArray[np.uint8]:
    """The pixels after one more save with the file's own tables."""
    from PIL import Image

    out = io.BytesIO()
    tables = [[int(step) for step in table.ravel()] for table in saved.tables]
    subsampling = saved.subsampling or "4:2:0"
    Image.fromarray(pixels).save(out, "JPEG", qtables=tables, subsampling=subsampling)
    with Image.open(io.BytesIO(out.getvalue())) as image:
        return np.asarray(image.convert("RGB"))


def outline(shape: tuple[int, ...], mesh: NDArray[Any]) -> NDArray[np.uint8]:
    """h x w: 1 within the face's outline."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(mask, [mesh[list(OVAL), :2].round().astype(np.int32)], 1)
    return mask
