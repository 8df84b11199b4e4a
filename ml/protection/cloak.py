"""A cloak: a change of the face's pixels, too small to look like anything, bounded twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ml import alignment
from ml.landmarks import OVAL
from ml.protection.likeness_limits import most_error
from ml.protection.places import Floats, Place

if TYPE_CHECKING:
    import torch

GROWN = 1.08  # the outline of the mesh, which ends before forehead and jaw do
SOFT = 0.06  # of the distance between the eyes: over so much it fades out
MOST = 48.0  # of 255: no pixel changes by more
FITTED = 3  # times, for what lies beyond a limit does not shrink in proportion
STEP = 2.0  # of 255, the mean over the pixels
# Between the eyes: coarser than recognisers see, so that it outlives being shrunk and saved again,
# and so that other recognisers, which look at other sizes, see the same.
CELLS = 24.0


class Cloak:
    """ml.protection.attack.Disguise. faint: decibels (PSNR) that it keeps in the box enlarged."""

    def __init__(self, place: Place, faint: float, seed: int) -> None:
        import torch

        random = np.random.default_rng(seed)
        fine = min(1.0, CELLS / alignment.eye_distance(place.mesh))
        cells = (max(round(side * fine), 1) for side in place.size)
        start = random.uniform(-1, 1, (1, 3, *cells)).astype(np.float32)
        self._place, self._pixels = place, place.tensor()
        self._mask = torch.from_numpy(where(place))
        self._error = most_error(faint)
        self.parameters = [torch.from_numpy(start)]
        self.steps = [STEP]
        self.confine()

    def on(self, place: Place) -> torch.Tensor:
        import torch
        from torch.nn import functional as F

        (change,) = self.parameters
        larger = F.interpolate(change, size=place.size, mode="bicubic", align_corners=False)
        at_work = place is self._place
        mask = self._mask if at_work else torch.from_numpy(where(place))
        pixels = self._pixels if at_work else place.tensor()
        return (pixels + larger.clamp(-MOST, MOST) * mask).clamp(0, 255)

    def cost(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.new_zeros(())

    def confine(self) -> None:
        """No pixel further than MOST, all together no more than the decibels allow."""
        (change,) = self.parameters
        change.clamp_(-MOST, MOST)
        left, top, right, bottom = self._place.box
        for _ in range(FITTED):
            moved = (self.on(self._place) - self._pixels)[..., top:bottom, left:right]
            change.mul_(min(1.0, (self._error / max(float(moved.square().mean()), 1e-9)) ** 0.5))

    def weaken(self, factor: float) -> None:
        self.parameters[0].mul_(factor)


def where(place: Place) -> Floats:
    """H x W, 0..1: the face within its outline, fading out at it; nothing beyond."""
    import cv2

    outline = place.mesh[list(OVAL), :2]
    middle = outline.mean(0)
    hull: Any = cv2.convexHull(np.round(middle + GROWN * (outline - middle)).astype(np.int32))
    inside = np.zeros(place.size, np.float32)
    cv2.fillConvexPoly(inside, hull, 1.0)
    inside[[0, -1]] = inside[:, [0, -1]] = 0
    far: Any = cv2.distanceTransform((inside > 0).astype(np.uint8), cv2.DIST_L2, 5)
    edge = max(SOFT * float(alignment.eye_distance(place.mesh)), 1.0)
    faded: Floats = np.clip(far / edge, 0, 1).astype(np.float32)
    return faded
