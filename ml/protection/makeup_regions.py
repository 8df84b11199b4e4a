"""Where on the skin make-up goes: soft masks over the rolled out skin (ml.shape.surface)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.landmarks import OVAL
from ml.shape.surface import opposite, rolled_out

Mask = NDArray[np.float32]
SIDE = 512  # pixels of the rolled out skin
FINE = 4  # bits below a pixel in which outlines are drawn

# Runs of vertices on the person's right side; the left is their mirror image.
UPPER_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
LOWER_LID = (33, 7, 163, 144, 145, 153, 154, 155, 133)
CREASE = (226, 113, 225, 224, 223, 222, 221, 189, 243)
BELOW_EYE = (226, 31, 228, 229, 230, 231, 232, 233, 243)
BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
CHEEK, CHEEKBONE, HOLLOW = (50, 118, 123), (116, 117, 118), (93, 147, 187)
JAW, TEMPLE, NOSE_SIDE = (58, 172, 136, 150, 149), (162, 21, 54, 103), (193, 122, 196, 3)
LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    *(409, 270, 269, 267, 0, 37, 39, 40, 185),
)
MOUTH = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    *(415, 310, 311, 312, 13, 82, 81, 80, 191),
)
HALF_MASK = (168, 9, 107, 66, 105, 63, 70, 156, 143, 116, 117, 118, 119, 100, 126, 197)
BRIDGE, NOSE_BACK = (193, 168, 417), (168, 6, 197, 195, 5)
WING = 1.35  # how far an eyeliner reaches beyond the corner, in parts of the way to the temple
FRECKLES = 90


def right(run: Sequence[int]) -> NDArray[np.float64]:
    """N x 2, pixels of the rolled out skin."""
    return rolled_out()[list(run)] * (SIDE - 1)


def left(run: Sequence[int]) -> NDArray[np.float64]:
    return right(opposite()[list(run)].tolist())


def filled(points: NDArray[np.float64]) -> Mask:
    import cv2

    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [_fixed(points)], 255, cv2.LINE_AA, FINE)
    return _shares(mask)


def line(points: NDArray[np.float64], width: float) -> Mask:
    """A line of that width, a part of the skin's."""
    import cv2

    mask = np.zeros((SIDE, SIDE), np.uint8)
    thick = max(round(width * SIDE), 1)
    cv2.polylines(mask, [_fixed(points)], False, 255, thick, cv2.LINE_AA, FINE)
    return _shares(mask)


def soft(mask: Mask, blur: float) -> Mask:
    """Blurred; blur: a part of the skin's width."""
    import cv2

    made: Any = cv2.GaussianBlur(mask, (0, 0), blur * SIDE)
    return np.asarray(made, np.float32)


def cloud(points: NDArray[np.float64], wide: float) -> Mask:
    """Round about the mean of the points, fading; wide: its radius, a part of the skin's."""
    y, x = np.mgrid[:SIDE, :SIDE]
    cx, cy = points.mean(0)
    far = ((x - cx) ** 2 + (y - cy) ** 2) / (wide * SIDE) ** 2
    faded: Mask = np.exp(-far).astype(np.float32)
    return faded


def _shares(mask: NDArray[np.uint8]) -> Mask:
    """0..255 as 0..1."""
    shares: Mask = np.divide(mask, 255, dtype=np.float32)
    return shares


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    whole: NDArray[np.int32] = np.round(points * 2**FINE).astype(np.int32)[:, None]
    return whole


def both(make: Callable[[Callable[[Sequence[int]], NDArray[np.float64]]], Mask]) -> Mask:
    return _either(make(right), make(left))


def between(side: Callable[[Sequence[int]], NDArray[np.float64]], one: Any, other: Any) -> Mask:
    return filled(np.concatenate([side(one), side(other)[::-1]]))


def _either(*masks: Mask) -> Mask:
    most: Mask = np.max(masks, axis=0)
    return most


def _opening() -> Mask:
    """Eyes and the mouth's inside: nothing is painted there."""
    eyes = both(lambda side: between(side, UPPER_LID, LOWER_LID))
    return _either(eyes, filled(right(MOUTH)))


def _lips() -> Mask:
    return soft(filled(right(LIPS)), 0.003)


def _shadow() -> Mask:
    lid = both(lambda side: between(side, UPPER_LID, CREASE))
    full: Mask = np.clip(1.25 * soft(lid, 0.012), 0, 1).astype(np.float32)
    return full


def _smoky() -> Mask:
    below = both(lambda side: between(side, LOWER_LID, BELOW_EYE))
    return _either(_shadow(), np.float32(0.7) * soft(below, 0.012))


def _liner() -> Mask:
    def drawn(side: Callable[[Sequence[int]], NDArray[np.float64]]) -> Mask:
        lid = side(UPPER_LID)
        corner, beyond = side((33, 226))
        wing = corner + WING * (beyond - corner) - (0, 0.008 * SIDE)
        return line(np.concatenate([wing[None], lid]), 0.008)

    return soft(both(drawn), 0.002)


def _brows() -> Mask:
    return soft(both(lambda side: filled(side(BROW))), 0.006)


def _blush() -> Mask:
    return both(lambda side: cloud(side(CHEEK), 0.085))


def _contour() -> Mask:
    def drawn(side: Callable[[Sequence[int]], NDArray[np.float64]]) -> Mask:
        lines = [line(side(HOLLOW), 0.04), line(side(JAW), 0.05), line(side(TEMPLE), 0.05)]
        return _either(*lines, np.float32(0.6) * line(side(NOSE_SIDE), 0.015))

    return soft(both(drawn), 0.018)


def _highlight() -> Mask:
    bones = both(lambda side: line(side(CHEEKBONE), 0.03))
    return soft(np.maximum(bones, line(right(NOSE_BACK), 0.018)), 0.012)


def _freckles() -> Mask:
    import cv2

    where = np.maximum(both(lambda side: cloud(side((50, 101)), 0.1)), cloud(right((5,)), 0.06))
    random = np.random.default_rng(7)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    places = random.uniform(0, SIDE - 1, (8 * FRECKLES, 2))
    kept = [xy for xy in places if where[int(xy[1]), int(xy[0])] > random.uniform(0.25, 1)]
    for xy in kept[:FRECKLES]:
        radius = round(float(random.uniform(0.003, 0.006)) * SIDE * 2**FINE)
        centre = tuple(np.round(xy * 2**FINE).astype(int).tolist())
        strength = int(random.uniform(120, 255))
        cv2.circle(mask, centre, radius, strength, -1, cv2.LINE_AA, FINE)
    return soft(_shares(mask), 0.002)


def _glasses() -> Mask:
    def rim(side: Callable[[Sequence[int]], NDArray[np.float64]]) -> Mask:
        import cv2

        eye = np.concatenate([side(CREASE), side(BELOW_EYE)])
        middle, spread = (eye.min(0) + eye.max(0)) / 2, np.ptp(eye, axis=0)
        mask = np.zeros((SIDE, SIDE), np.uint8)
        half = np.round((0.58 * spread[0], 0.85 * spread[1])).astype(int).tolist()
        centre = tuple(np.round(middle + np.array([0, 0.1 * spread[1]])).astype(int).tolist())
        cv2.ellipse(mask, centre, half, 0, 0, 360, 255, round(0.014 * SIDE), cv2.LINE_AA)
        temple = side((127,))[0]
        arm = np.stack([middle + np.sign(temple - middle) * (0.58 * spread[0], 0), temple])
        return np.maximum(_shares(mask), line(arm, 0.014))

    return soft(np.maximum(both(rim), line(right(BRIDGE), 0.014)), 0.0015)


def _paint() -> Mask:
    """A half mask around the eyes and over the cheekbones, as for a carnival."""

    def drawn(side: Callable[[Sequence[int]], NDArray[np.float64]]) -> Mask:
        return filled(side(HALF_MASK))

    return soft(both(drawn), 0.006)


def _base() -> Mask:
    """All skin, fading out towards hair and jaw."""
    oval = rolled_out()[list(OVAL)] * (SIDE - 1)
    middle = oval.mean(0)
    return soft(filled(middle + 0.93 * (oval - middle)), 0.025)


REGIONS: dict[str, Callable[[], Mask]] = {
    "base": _base, "contour": _contour, "highlight": _highlight, "blush": _blush,
    "freckles": _freckles, "face paint": _paint, "eye shadow": _shadow, "smoky eyes": _smoky,
    "brows": _brows, "eyeliner": _liner, "lips": _lips, "glasses": _glasses,
}  # fmt: skip
"""In the order in which they are put on."""
OVER_EVERYTHING = {"glasses"}


@cache
def mask(region: str) -> Mask:
    """SIDE x SIDE, 0..1: where on the rolled out skin the region is.

    Raises:
        KeyError: no region is named so.
    """
    drawn = REGIONS[region]()
    if region not in OVER_EVERYTHING:
        drawn = drawn * (1 - soft(_opening(), 0.002))
    if region in {"base", "contour", "highlight", "blush", "freckles"}:
        drawn = drawn * (1 - soft(filled(right(LIPS)), 0.004))
    drawn = np.where(drawn < 1 / 255, 0, drawn).astype(np.float32)
    drawn.flags.writeable = False
    return drawn
