"""The part of a photo around one face, in the size at which it is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment
from ml.contracts import Parsed
from ml.types import Box

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float32]
AROUND = 0.75  # so many sides of the box to each side of its middle: the box enlarged 1.5 times
EYES_APART = 90.0  # pixels between the eyes at work: recognisers look at faces of about half that
LARGEST = 640  # pixels a side of what tells where on the skin each pixel lies


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """pixels: H x W x 3, float32, 0..255. mesh: 468 x 3 in pixels of the place. box: the face's,
    enlarged 1.5 times, in pixels of the place and within it: what quality is measured in.
    left, top: of the place in the photo; scale: its pixels a photo pixel, at most 1. bare: H x W,
    0..1, where no hair lies over the skin; None: everywhere, as far as anybody knows."""

    pixels: Floats
    mesh: Floats
    box: tuple[int, int, int, int]
    left: int
    top: int
    scale: float
    bare: Floats | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        high, wide = self.pixels.shape[:2]
        return high, wide

    def tensor(self) -> torch.Tensor:
        """1 x 3 x H x W."""
        import torch

        return torch.from_numpy(np.ascontiguousarray(self.pixels.transpose(2, 0, 1)))[None]


def enlarged(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box enlarged 1.5 times: left, top, right, bottom, whole numbers within the photo."""
    (x, y), (wide, high) = box.centre, size
    across, down = AROUND * box.width, AROUND * box.height
    return (
        max(int(x - across), 0),
        max(int(y - down), 0),
        min(int(x + across) + 1, wide),
        min(int(y + down) + 1, high),
    )


def whole(
    pixels: NDArray[np.uint8], mesh: NDArray[Any], box: Box, head: Parsed | None = None
) -> Place:
    """The place in the photo's own pixels. head: its parts, where they are known."""
    high, wide = pixels.shape[:2]
    inner = enlarged(box, (wide, high))
    # Recognisers look a little beyond the mesh; what they see must be there.
    low, far = mesh[:, :2].min(0), mesh[:, :2].max(0)
    margin = 0.5 * float((far - low).max())
    left, top = np.maximum(np.minimum(inner[:2], low - margin), 0).astype(int).tolist()
    right, bottom = np.minimum(np.maximum(inner[2:], far + margin), (wide, high)).astype(int)
    part = pixels[top:bottom, left:right].astype(np.float32)
    there = mesh - np.array([left, top, 0], mesh.dtype)
    x0, y0, x1, y1 = inner
    inner_there = (x0 - left, y0 - top, x1 - left, y1 - top)
    bare = None if head is None else _bare(head, left, top, part.shape[:2])
    return Place(part, there, inner_there, left, top, 1.0, bare)


def _bare(head: Parsed, left: int, top: int, size: tuple[int, int]) -> Floats:
    """Where no hair is, softly; size: height and width of the place. The estimate is coarser than
    the photo: what lies right beside hair is left to it."""
    import cv2

    hair = cv2.dilate(head.where("hair").astype(np.float32), np.ones((3, 3), np.uint8))
    there = np.asarray(head.transform, np.float64).copy()
    there[:, 2] += there[:, :2] @ (left, top)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    covered: Any = cv2.warpAffine(cv2.GaussianBlur(hair, (0, 0), 1.0), there, size[::-1], flags=how)
    return np.asarray(1 - covered.clip(0, 1), np.float32)


def at_work(place: Place) -> Place:
    """The same shrunk by averaging where the face is larger than recognisers look at it."""
    import cv2

    wanted = EYES_APART / alignment.eye_distance(place.mesh)
    if wanted >= 1:
        return place
    high, wide = place.size
    size = max(round(wide * wanted), 1), max(round(high * wanted), 1)
    small: Any = cv2.resize(place.pixels, size, interpolation=cv2.INTER_AREA)
    x, y = size[0] / wide, size[1] / high
    # A pixel's centre is not its corner.
    mesh = (place.mesh + np.array([0.5, 0.5, 0])) * (x, y, x) - np.array([0.5, 0.5, 0])
    x0, y0, x1, y1 = place.box
    box = int(x0 * x), int(y0 * y), round(x1 * x), round(y1 * y)
    bare: Any = place.bare
    if bare is not None:
        bare = cv2.resize(bare, size, interpolation=cv2.INTER_AREA)
    return Place(small, mesh.astype(np.float32), box, place.left, place.top, x, bare)
