"""Opens eyes wider than the photo shows them: the ball stays, and more of its white comes to sight.

Pulled apart with the lids an iris would grow to an ellipse, and no white would show above it. What
the lids hid of an iris is taken from its sides, at the same distance from its middle. All happens
in the photo's pixels, where the iris is round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml import geometry
from ml.generation.mouth import lightness
from ml.generation.relief import smooth
from ml.generation.sitter import Eye, Floats, Sitter
from ml.landmarks import LEFT_EYE, RIGHT_EYE
from ml.shape.surface import Points

OUTLINES: Mapping[str, list[int]] = {"Right": [*RIGHT_EYE[:16]], "Left": [*LEFT_EYE[:16]]}
LOWER = slice(1, 8)  # of an outline: the lower lid
# Heights of the photo's eye: what lies nearer to its lids is their shadow and lashes; pixels of the
# photo that an eye is high: of lower ones no white is to be had, but a smear.
LIDS, SHOWN = 0.06, 0.25
SMEAR, CLEAR = 6.0, 14.0
WHITE = (0.90, 0.88, 0.87)  # in the light of skin of that lightness; so is BRIGHT
BRIGHT = 0.62
PALE = 0.7  # of the way to grey: what a small photo shows of the white has the skin's colour
LEAST = 0.95  # of the cheeks' lightness: no white of an eye is darker
RIM, DARK = 0.15, 0.55  # of an iris: its soft edge, in radii; of the white: no iris is lighter
PUPIL, BLACK = 0.42, 0.5
SHADE, SHADED = 0.3, 0.35  # below the upper lid it is darker, over so much of the photo's height
LASH, LASHES = 0.55, 0.014  # darker at the upper lid's edge, over distances between the eyes
LOWER_LASH = 0.3  # at the lower one's
SOFT = 0.005  # distances between the eyes: the edge at the lids


@dataclass(frozen=True, slots=True, eq=False)
class Lids:
    """Of one eye, 16 x 2 each, in the photo's pixels. was: as it shows them. now: as wide as they
    are to be."""

    was: Points
    now: Points

    @property
    def high(self) -> float:
        return max(float(np.linalg.norm(self.was[4] - self.was[12])), 1.0)


def opened(
    sitter: Sitter, still: Points, moved: Points, coefficients: Mapping[str, float], pixels: Floats
) -> Floats:
    """The portrait with its eyes as wide as asked. still, moved: 468 x 3, the mesh in it without
    and with its expression."""
    for side, rows in OUTLINES.items():
        eye = sitter.eyes[side]
        if eye is not None and coefficients.get(f"eyeWide{side}", 0.0) > 0:
            was, now = sitter.mesh[rows, :2], moved[rows, :2]
            pixels = painted(sitter, eye, was, now, affine(still[rows, :2], was), pixels)
    return pixels


def painted(
    sitter: Sitter, eye: Eye, was: Points, now: Points, back: Points, pixels: Floats
) -> Floats:
    """One eye. now: its lids in the portrait. back: 2 x 3, from the portrait to the photo."""
    import cv2

    edge = 0.05 * sitter.unit
    left, top = np.floor(now.min(0) - edge).astype(int).clip(0)
    right, bottom = np.ceil(now.max(0) + edge).astype(int).clip(0, sitter.size - 1)
    if left >= right or top >= bottom:
        return pixels
    y, x = np.mgrid[top : bottom + 1, left : right + 1]
    place = geometry.moved(back, np.column_stack([x.ravel(), y.ravel()]))
    source = place.reshape(*x.shape, 2).astype(np.float32)
    ball = eyeball(sitter, eye, Lids(was, geometry.moved(back, now)), source)
    there = np.zeros(x.shape, np.uint8)
    cv2.fillPoly(there, [np.round((now - (left, top)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    share: Any = cv2.GaussianBlur(there.astype(np.float32) / 255, (0, 0), SOFT * sitter.unit)
    made = pixels.copy()
    part = made[top : bottom + 1, left : right + 1]
    part += (ball - part) * share[..., None]
    return made


def eyeball(sitter: Sitter, eye: Eye, lids: Lids, place: Floats) -> Floats:
    """H x W x 3: what shows between the opened lids. place: where in the photo each pixel is."""
    away = (place - np.asarray(eye.centre, np.float32)) / np.float32(eye.radius)
    far = np.linalg.norm(away, axis=2)
    own = taken(sitter.front, place)
    seen = smooth(LIDS, SHOWN, inside(lids.was, place) / lids.high)
    pale = white(sitter, eye, lids)
    clear = smooth(SMEAR, CLEAR, lids.high / geometry.scale(sitter.transform))
    ball = pale + (own - pale) * (seen * clear)[..., None]
    iris = sides(sitter, eye, lids, away, far)
    iris = iris + (own - iris) * seen[..., None]
    iris = iris * np.minimum(1, DARK * pale.mean() / iris.mean(2, keepdims=True).clip(0.01))
    iris = iris * (1 - BLACK * (1 - clear) * (1 - smooth(PUPIL - RIM, PUPIL + RIM, far)))[..., None]
    ball = ball + (iris - ball) * (1 - smooth(1 - RIM, 1 + RIM, far))[..., None]
    upper = lids.now.copy()
    upper[LOWER] += 2 * (lids.was[4] - lids.was[12])
    deep = inside(upper, place)
    shade = 1 - SHADE * (1 - smooth(0, SHADED, deep / lids.high))
    lash = 1 - LASH * np.exp(-np.square(deep / (LASHES * sitter.unit)))
    lash *= 1 - LOWER_LASH * np.exp(-np.square(inside(lids.now, place) / (LASHES * sitter.unit)))
    made: Floats = (ball * (shade * lash)[..., None]).astype(np.float32)
    return made


def sides(sitter: Sitter, eye: Eye, lids: Lids, away: Floats, far: Floats) -> Floats:
    """The iris as its sides show it all around."""
    along = lids.was[8] - lids.was[0]
    along = along / np.linalg.norm(along)
    by = np.where(away @ along < 0, -far, far)[..., None] * eye.radius * along
    return taken(sitter.front, (np.asarray(eye.centre) + by).astype(np.float32))


def white(sitter: Sitter, eye: Eye, lids: Lids) -> Floats:
    """3: the colour of the eye's white."""
    low, high = np.floor(lids.was.min(0)).astype(int), np.ceil(lids.was.max(0)).astype(int)
    y, x = np.mgrid[low[1] : high[1] + 1, low[0] : high[0] + 1].astype(np.float32)
    place = np.dstack([x, y])
    far = np.linalg.norm(place - np.asarray(eye.centre, np.float32), axis=2) / eye.radius
    shown = (inside(lids.was, place) > SHOWN / 2 * lids.high) & (far > 1 + RIM)
    light = lightness(sitter)
    pale = np.asarray(WHITE) * light / BRIGHT
    if shown.sum() > 5:
        found = taken(sitter.front, place)[shown]
        bright = found.mean(1)
        pale = found[bright >= np.median(bright)].mean(0)
        pale = pale + PALE * (pale.mean() - pale)
    return np.asarray(pale * max(1.0, LEAST * light / pale.mean()), np.float32).clip(0, 1)


def inside(outline: Points, place: Floats) -> Floats:
    """How far within an outline each place (H x W x 2) lies, in pixels; 0 outside."""
    import cv2

    finer = 4
    low = outline.min(0) - 2
    wide, high = np.ceil((np.ptp(outline, axis=0) + 4) * finer).astype(int)
    there = np.zeros((high, wide), np.uint8)
    cv2.fillPoly(there, [np.round((outline - low) * finer).astype(np.int32)], 1)
    far: Any = cv2.distanceTransform(there, cv2.DIST_L2, 5) / finer
    x, y = np.moveaxis(((place - low) * finer).astype(np.float32), 2, 0)
    found: Any = cv2.remap(far, x, y, cv2.INTER_LINEAR, borderValue=0)
    return found  # type: ignore[no-any-return]


def taken(pixels: Floats, place: Floats) -> Floats:
    """H x W x C: what is at places (H x W x 2)."""
    import cv2

    cut: Any = cv2.remap(pixels, place[..., 0], place[..., 1], cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    return cut  # type: ignore[no-any-return]


def affine(start: Points, end: Points) -> Points:
    """2 x 3: what brings the points (N x 2) nearest to the others."""
    rows = np.column_stack([start, np.ones(len(start))])
    found: Points = np.linalg.lstsq(rows, end, rcond=None)[0].T.astype(np.float64)
    return found
