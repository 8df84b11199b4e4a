"""What happens to photos on their way to others: saved again, shrunk, cropped, photographed off a
screen. Each says where a place of the photo went."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Face, Picture

Pixels = NDArray[np.uint8]
SCREEN = 0.8  # of the photo's size, at which it is shown on a screen
GAMMA = 1.15  # of a screen that is set a little too dark
KEPT = 0.75  # of the sides of a box around the face, enlarged, that a crop keeps


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """The photo after its journey, and the box of the face in it."""

    picture: Picture
    face: Face


def saved(kind: str, quality: int) -> Callable[[Pixels, Box], tuple[Pixels, Box]]:
    """Through a file of that kind ("JPEG", "WEBP") and quality."""

    def journey(pixels: Pixels, box: Box) -> tuple[Pixels, Box]:
        return through(pixels, kind, quality), box

    return journey


def through(pixels: Pixels, kind: str, quality: int) -> Pixels:
    """What comes back of pixels from a file of that kind and quality."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=quality)
    with Image.open(file) as back:
        return np.asarray(back.convert("RGB"))


def shrunk(pixels: Pixels, box: Box, factor: float = 0.5) -> tuple[Pixels, Box]:
    """By averaging."""
    import cv2

    high, wide = pixels.shape[:2]
    size = max(round(wide * factor), 1), max(round(high * factor), 1)
    small: Any = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    x, y = size[0] / wide, size[1] / high
    return small, Box(box.left * x, box.top * y, box.right * x, box.bottom * y)


def shrunk_and_saved(pixels: Pixels, box: Box) -> tuple[Pixels, Box]:
    """Half as large, then JPEG 75: what many sites do to what is sent to them."""
    small, there = shrunk(pixels, box)
    return through(small, "JPEG", 75), there


def cropped(pixels: Pixels, box: Box) -> tuple[Pixels, Box]:
    """To the face and a little around it."""
    (x, y), high, wide = box.centre, *pixels.shape[:2]
    left, right = max(int(x - KEPT * box.width), 0), min(int(x + KEPT * box.width) + 1, wide)
    top, bottom = max(int(y - KEPT * box.height), 0), min(int(y + KEPT * box.height) + 1, high)
    there = Box(box.left - left, box.top - top, box.right - left, box.bottom - top)
    return pixels[top:bottom, left:right].copy(), there


def off_a_screen(pixels: Pixels, box: Box) -> tuple[Pixels, Box]:
    """Shown smaller than it is, a little darker, and taken off the screen as JPEG 90."""
    small, there = shrunk(pixels, box, SCREEN)
    darker = 255 * (small / np.float32(255)) ** np.float32(GAMMA)
    return through((darker + 0.5).astype(np.uint8), "JPEG", 90), there


JOURNEYS: Mapping[str, Callable[[Pixels, Box], tuple[Pixels, Box]]] = {
    "as it is": lambda pixels, box: (pixels, box),
    "JPEG 95": saved("JPEG", 95),
    "JPEG 75": saved("JPEG", 75),
    "JPEG 50": saved("JPEG", 50),
    "half size": shrunk,
    "half size, JPEG 75": shrunk_and_saved,
    "cropped": cropped,
    "WebP 80": saved("WEBP", 80),
    "screenshot": off_a_screen,
}


def arrived(name: str, pixels: Pixels, face: Face) -> Arrived:
    """The photo after that journey."""
    after, box = JOURNEYS[name](pixels, face.box)
    # The points that a detector saw only tell how far the head leans: the same after it.
    sx = box.width / face.box.width
    points = face.points and replace(
        face.points,
        xy=tuple(
            (box.left + (x - face.box.left) * sx, box.top + (y - face.box.top) * sx)
            for x, y in face.points.xy
        ),
    )
    return Arrived(Picture(after), replace(face, box=box, points=points))
