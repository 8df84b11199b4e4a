"""What a portrait is put before: the photo's own background, a colour, a photo, studio light.

All are S x S x 3, RGB, 0..1. The person's colours at the edge are their own already (see
ml.matting.foreground), so that nothing of the old background shines through.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import matting
from ml.contracts.portraits import Drawing, Floats, Portrayer

DEEP = 1 / 30  # of the side: the standard deviation of the strongest blur
HALO = 0.06  # distances between the eyes: so far around the person nothing of the photo is taken
GLOW, FALLS = 0.62, 0.55  # of the side: where studio light has fallen by half; darker at the rim by
AT = (0.5, 0.4)  # of the side: where it falls
GRAIN = 0.5 / 255  # noise that keeps smooth light free of steps
FRINGE = 0.012  # distances between the eyes: so far the edge is drawn in before another background


class Behind(StrEnum):
    """What a portrait may be put before."""

    OWN = "as in the photo"
    BLURRED = "blurred"
    COLOUR = "one colour"
    PHOTO = "another photo"
    STUDIO = "studio light"


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """blur: 0..1, of BLURRED and PHOTO. colour: RGB, 0..255, of COLOUR and STUDIO. photo: H x W x
    3, RGB, 8 bit, of PHOTO. focus: x and y, 0..1, what of that photo stays in sight."""

    behind: Behind = Behind.OWN
    blur: float = 0.5
    colour: tuple[int, int, int] = (225, 228, 232)
    photo: NDArray[np.uint8] | None = None
    focus: tuple[float, float] = (0.5, 0.5)


def before(portrayer: Portrayer, drawing: Drawing, background: Background) -> Floats:
    """The drawn person before a background.

    Raises:
        ValueError: PHOTO, and there is none.
    """
    alpha = drawing.alpha
    if background.behind in (Behind.COLOUR, Behind.PHOTO, Behind.STUDIO):
        alpha = drawn_in(alpha, FRINGE * portrayer.unit)
    return matting.composed(drawing.pixels, alpha, made(portrayer, background)).clip(0, 1)


def made(portrayer: Portrayer, background: Background) -> Floats:
    """The background alone.

    Raises:
        ValueError: PHOTO, and there is none.
    """
    size = len(portrayer.alpha)
    colour = np.array(background.colour, np.float32) / np.float32(255)
    match background.behind:
        case Behind.OWN:
            return portrayer.behind
        case Behind.BLURRED:
            return blurred(emptied(portrayer), background.blur)
        case Behind.COLOUR:
            return np.broadcast_to(colour, (size, size, 3)).astype(np.float32)
        case Behind.STUDIO:
            return studio(colour, size)
        case Behind.PHOTO:
            if background.photo is None:
                raise ValueError("There is no photo to put the portrait before.")
            return blurred(fitted(background.photo, size, background.focus), background.blur)


def emptied(portrayer: Portrayer) -> Floats:
    """What is behind, with a margin around the person filled in from farther away: blurred wide, a
    few pixels of hair would be a halo."""
    import cv2

    size = 2 * max(2, round(HALO * portrayer.unit)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    near = cv2.dilate((portrayer.alpha > 0.02).astype(np.uint8), kernel) > 0
    return matting.filled(portrayer.pixels, (~near).astype(np.float32))


def blurred(pixels: Floats, strength: float) -> Floats:
    """Out of focus: each point a disc, brighter ones the more so, as a lens does it. strength:
    0..1; the disc is as wide as a normal curve of DEEP."""
    import cv2

    radius = round(2 * DEEP * strength * len(pixels))
    if radius < 1:
        return pixels
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disc = (np.hypot(x, y) <= radius + 0.3).astype(np.float32)
    light = np.power(pixels.clip(0, 1), np.float32(2.2))  # what adds up is light
    spread: Any = cv2.filter2D(light, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT)
    made: Floats = np.power(spread.clip(0, 1), np.float32(1 / 2.2))
    return made


def fitted(photo: NDArray[np.uint8], size: int, focus: tuple[float, float]) -> Floats:
    """The largest square of a photo around its focus that lies within it."""
    import cv2

    high, wide = photo.shape[:2]
    side = min(high, wide)
    left, top = (
        round(min(max(0.0, at * length - side / 2), length - side))
        for at, length in zip(focus, (wide, high), strict=True)
    )
    cut = photo[top : top + side, left : left + side]
    way = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    square: Any = cv2.resize(cut, (size, size), interpolation=way)
    return square.astype(np.float32) / np.float32(255)  # type: ignore[no-any-return]


def studio(colour: Floats, size: int) -> Floats:
    """A backdrop of one colour, lit from behind the person; the same each time."""
    y, x = (grid.astype(np.float32) / size for grid in np.mgrid[:size, :size])
    far = np.square(x - AT[0]) + np.square(y - AT[1])
    light = 1 - FALLS * (1 - np.exp2(-far / GLOW**2 * 2))
    lit = np.power(np.power(colour, np.float32(2.2)) * light[..., None], np.float32(1 / 2.2))
    grain = np.random.default_rng(0).normal(0, GRAIN, (size, size, 1))
    evened: Floats = (lit + grain).clip(0, 1).astype(np.float32)
    return evened


def drawn_in(alpha: Floats, by: float) -> Floats:
    """The outline a little farther in, where the person's own colours are sure. by: pixels."""
    import cv2

    soft: Any = cv2.GaussianBlur(alpha, (0, 0), max(by, 0.6))
    return np.minimum(alpha, ((soft - 0.25) / 0.7).clip(0, 1))  # type: ignore[no-any-return]
