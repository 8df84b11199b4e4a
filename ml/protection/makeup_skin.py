"""Lays the rolled out skin over a photo: where each region's mask and texture come to lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml.protection import makeup_regions
from ml.protection.places import LARGEST, Floats, Place
from ml.shape.raster import cover
from ml.shape.surface import rolled_out, triangles

if TYPE_CHECKING:
    import torch

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Where one region lies in a place. part: rows and columns of its pixels. mask: 1 x 1 x h x w,
    0..1. grid: 1 x h x w x 2, where in the region's texture each pixel lies, -1..1. shading:
    1 x 1 x h x w, how light the photo is there, 1 on the mean. tone: 3, the mean colour there."""

    part: tuple[slice, slice]
    mask: torch.Tensor
    grid: torch.Tensor
    shading: torch.Tensor
    tone: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """uv: H x W x 2, where on the rolled out skin each pixel of the place lies, 0..1. there:
    H x W, 0..1, whether it shows skin."""

    place: Place
    uv: Floats
    there: Floats

    def patch(self, region: str) -> Patch | None:
        """Where the region is; None where the photo does not show it."""
        import cv2
        import torch

        flat = makeup_regions.mask(region)
        side = makeup_regions.SIDE - 1
        x, y = self.uv[..., 0] * side, self.uv[..., 1] * side
        mask: Any = cv2.remap(flat, x, y, cv2.INTER_LINEAR) * self.there
        rows, columns = (np.flatnonzero(mask.max(axis) > 0) for axis in (1, 0))
        if not len(rows):
            return None
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        mask, pixels = mask[part], self.place.pixels[part]
        low, high = extent(region)
        grid = (self.uv[part] - low) / (high - low) * 2 - 1
        tone = (pixels * mask[..., None]).sum((0, 1)) / mask.sum()
        shading = np.clip((pixels @ LUMA) / max(float(tone @ LUMA), 1.0), 0, 2)
        return Patch(
            part,
            torch.from_numpy(mask.astype(np.float32))[None, None],
            torch.from_numpy(grid.astype(np.float32))[None],
            torch.from_numpy(shading.astype(np.float32))[None, None],
            torch.from_numpy(tone.astype(np.float32)),
        )


def extent(region: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the region on the rolled out skin, 0..1."""
    y, x = np.nonzero(makeup_regions.mask(region))
    side = makeup_regions.SIDE - 1
    low = np.array([x.min(), y.min()]) / side
    return low, np.array([x.max(), y.max()]) / side


def skin(place: Place) -> Skin:
    """The skin as the place shows it; the mesh's hidden side is behind the other one."""
    import cv2

    high, wide = place.size
    shrink = min(1.0, LARGEST / max(high, wide))
    size = max(round(wide * shrink), 1), max(round(high * shrink), 1)
    x, y = size[0] / wide, size[1] / high
    mesh = (place.mesh + np.array([0.5, 0.5, 0])) * (x, y, x) - np.array([0.5, 0.5, 0])
    covered = cover(mesh, triangles(), *size)
    uv = covered.spread(rolled_out(), triangles())
    there = covered.there.astype(np.float32)
    # Beyond the skin its edge goes on, so that nothing smears into it when it is made larger.
    uv = _beyond(uv, covered.there)
    if shrink < 1:
        uv = np.asarray(cv2.resize(uv, (wide, high), interpolation=cv2.INTER_LINEAR))
        there = np.asarray(cv2.resize(there, (wide, high), interpolation=cv2.INTER_LINEAR))
    # What hangs over the skin is not painted.
    return Skin(place, uv, there if place.bare is None else there * place.bare)


def _beyond(uv: Floats, there: NDArray[np.bool_]) -> Floats:
    from scipy.ndimage import distance_transform_edt

    rows, columns = distance_transform_edt(~there, return_distances=False, return_indices=True)
    filled: Floats = uv[rows, columns]
    return filled
