"""Cuts people out of photos along their true edges, and lays them on other backgrounds.

Colours are RGB, 0..1, float32; alpha is H x W, 0..1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
RADIUS, SMOOTH = 1 / 60, 1e-5  # of the guided filter: in longer sides of the photo, and its epsilon
SMALLER = 3  # times smaller is the copy on which slopes are found
LOW, HIGH = 0.15, 0.85  # softer than the first is background, surer than the second is person


def refined(soft: Floats, pixels: Floats) -> Floats:
    """A coarse mask laid along the edges of the photo (H x W x 3) by a guided filter, then
    stretched so that sure parts are sure."""
    import cv2

    height, width = pixels.shape[:2]
    coarse: Any = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
    radius = max(2, round(RADIUS * max(height, width)))
    filtered = guided(coarse.clip(0, 1), pixels, radius, SMOOTH)
    alpha: Floats = ((filtered - LOW) / (HIGH - LOW)).clip(0, 1).astype(np.float32)
    return alpha


def guided(mask: Floats, guide: Floats, radius: int, smooth: float) -> Floats:
    """He, Sun and Tang, Guided Image Filtering, 2010, with a colour guide (H x W x 3); its slopes
    are found on a smaller copy, as in He and Sun, Fast Guided Filter, 2015."""
    import cv2

    height, width = mask.shape
    size = max(1, width // SMALLER), max(1, height // SMALLER)
    small, coarse = (cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in (guide, mask))
    side = 2 * max(1, radius // SMALLER) + 1

    def mean(array: Any) -> Any:
        return cv2.boxFilter(array, -1, (side, side))

    middle, about = mean(small), mean(coarse)
    products = np.dstack([small[..., a] * small[..., b] for a in range(3) for b in range(3)])
    spread = mean(products).reshape(*small.shape, 3) - middle[..., :, None] * middle[..., None, :]
    joint = mean(small * coarse[..., None]) - middle * about[..., None]
    slope = np.linalg.solve(spread + smooth * np.eye(3, dtype=np.float32), joint[..., None])[..., 0]
    rest = about - dot(slope, middle)
    both = np.dstack([mean(slope), mean(rest)]).astype(np.float32)
    large: Any = cv2.resize(both, (width, height), interpolation=cv2.INTER_LINEAR)
    found: Floats = dot(large, guide) + large[..., 3]
    return found


def dot(one: Floats, other: Floats) -> Floats:
    """H x W: the sum over three channels of their products. Faster than a sum over an axis."""
    first, second, third = (one[..., channel] * other[..., channel] for channel in range(3))
    made: Floats = first + second + third
    return made


def foreground(pixels: Floats, alpha: Floats) -> Floats:
    """The people's own colours, also where the background shines through at their edges: there
    the colours of the sure parts near by are spread outwards (normalised convolution)."""
    return filled(pixels, (alpha > 0.95).astype(np.float32))


def filled(pixels: Floats, known: Floats) -> Floats:
    """H x W x C: where it is not known (H x W, 0..1), what is known near by spread over it."""
    whole: Floats = _blend(_spread(pixels, known), pixels, known)
    return whole


def faded(values: Floats, known: NDArray[np.bool_], reach: float) -> Floats:
    """H x W or H x W x C: what is known, going on smoothly beside it and fading out (a normal
    curve; reach: its standard deviation in pixels)."""
    import cv2

    stack = values.reshape(*known.shape, -1)
    far = cv2.distanceTransform((~known).astype(np.uint8), cv2.DIST_L2, 5)
    rest = np.exp(-np.square(np.asarray(far) / reach) / 2).astype(np.float32)
    on: Floats = filled(stack, known.astype(np.float32)) * rest[..., None]
    return on.reshape(values.shape)


def background(pixels: Floats, alpha: Floats, blur: float) -> Floats:
    """What is behind people, blurred as if out of focus; nothing of the people bleeds into it.

    blur: 0..1; standard deviation in thirtieths of the longer side.
    """
    around = filled(pixels, (alpha < 0.05).astype(np.float32))
    return _wide(around, max(0.3, blur * max(pixels.shape[:2]) / 30))


def composed(front: Floats, alpha: Floats, behind: Floats) -> Floats:
    """front over behind."""
    return _blend(behind, front, alpha)


def even_light(pixels: Floats, alpha: Floats, strength: float) -> Floats:
    """The people's brightness levelled where it changes slowly: shadows lifted, glare lowered.

    strength: 0..1. Retinex with one wide scale, on lightness alone, so that colours stay.
    """
    import cv2

    lab: Any = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    light = lab[..., 0]
    weight = alpha + 1e-3
    sigma = max(pixels.shape[:2]) / 12
    wide = _wide(light * weight, sigma) / _wide(weight, sigma)
    level = float((light * weight).sum() / weight.sum())
    gain = ((level + 10) / (wide + 10)) ** (0.7 * strength)
    lab[..., 0] = (light * (1 + alpha * (gain - 1))).clip(0, 100)
    evened: Any = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    return evened.clip(0, 1)  # type: ignore[no-any-return]


def _wide(array: Floats, sigma: float) -> Floats:
    """Blurred, on a copy so much smaller that the blur is still a few pixels wide."""
    import cv2

    height, width = array.shape[:2]
    times = max(1, int(sigma // 4))
    size = max(1, width // times), max(1, height // times)
    small = cv2.resize(array, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / times)
    large: Any = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC)
    return large  # type: ignore[no-any-return]


def _blend(under: Floats, over: Floats, alpha: Floats) -> Floats:
    blended: Floats = under + (over - under) * alpha[..., None]
    return blended


def _spread(pixels: Floats, known: Floats) -> Floats:
    """The known colours spread over all of the photo, near ones first: a pyramid of means."""
    import cv2

    colours: Any = pixels * known[..., None]
    weight: Any = known
    levels = []
    while min(colours.shape[:2]) > 1:
        levels.append((colours, weight))
        size = ((colours.shape[1] + 1) // 2, (colours.shape[0] + 1) // 2)
        colours, weight = (
            # One channel alone comes back from cv2 without its axis.
            np.reshape(
                cv2.resize(a, size, interpolation=cv2.INTER_AREA), (*size[::-1], *a.shape[2:])
            )
            for a in (colours, weight)
        )
    found = colours / np.maximum(weight, 1e-6)[..., None]
    for colours, weight in reversed(levels):
        size = (weight.shape[1], weight.shape[0])
        coarser: Any = cv2.resize(found, size, interpolation=cv2.INTER_LINEAR).reshape(
            *weight.shape, pixels.shape[2]
        )
        share = np.minimum(weight * 4, 1)[..., None]
        found = coarser + (colours / np.maximum(weight, 1e-6)[..., None] - coarser) * share
    spread: Floats = found.astype(np.float32)
    return spread
