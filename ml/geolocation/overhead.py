"""Where on a map tile or an aerial picture a photo may have been taken, and looking which way.

Experimental, a first step of cross-view matching: the ground in front of the camera is drawn as
seen from above (the ground taken as flat), and its lines are laid over the lines of the overhead
picture at every place and heading. Nothing is learned; docs/locating.md says how far it is off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.geolocation.clues import Disc

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
GRAIN = 0.5  # metres a pixel at which both are compared
NEAR, REACH = 2.0, 22.0  # metres in front of the camera that are compared
STEP, FINE = 10, 2  # degrees between headings, first and around the best
BINS = 8  # directions of lines, over 180 degrees
SOFT = 1.0  # pixels by which lines may be off
FAINTEST = 0.7  # of the mean of lines on the overhead picture: places with fewer seem no more alike
APART = 5.0  # metres between candidates
MOST = 10
EARTH = 111_320.0  # metres of a degree of latitude


@dataclass(frozen=True, slots=True)
class Camera:
    """view: across, degrees. horizon: row of the horizon over the height, 0..1. height: metres
    above the ground."""

    view: float = 65.0
    horizon: float = 0.5
    height: float = 1.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """x, y: pixels of the overhead picture. heading: degrees from its upper side, clockwise.
    score: how alike the lines are, 0..1."""

    x: float
    y: float
    heading: float
    score: float


DEFAULT = Camera()


def candidates(
    photo: Pixels, above: Pixels, grain: float, camera: Camera = DEFAULT
) -> tuple[Candidate, ...]:
    """Places on the overhead picture, the likeliest first, at most MOST.

    photo, above: H x W x 3, RGB. grain: metres of a pixel of `above`, which shows the ground from
    straight above.
    """
    import cv2

    scale = grain / GRAIN
    shrunk = cv2.resize(above, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.asarray(shrunk, np.uint8)
    ground, seen = from_above(photo, camera)
    pad = len(ground) // 2
    lines = np.pad(directed(small), ((pad, pad), (pad, pad), (0, 0)))
    coarse = best_of(lines, ground, seen, range(0, 360, STEP))
    heading = coarse[1].flat[int(coarse[0].argmax())]
    around = range(int(heading) - STEP + FINE, int(heading) + STEP, FINE)
    fine = best_of(lines, ground, seen, around)
    better = fine[0] > coarse[0]
    scores, headings = np.where(better, fine[0], coarse[0]), np.where(better, fine[1], coarse[1])
    return tuple(
        Candidate(x / scale, y / scale, float(headings[y, x]) % 360, float(scores[y, x]))
        for y, x in peaks(scores)
    )


def from_above(photo: Pixels, camera: Camera) -> tuple[Pixels, Floats]:
    """The ground as seen from above, the camera in the middle looking up, GRAIN metres a pixel;
    and which of it is seen, 0 or 1. Square."""
    import cv2

    high, wide = photo.shape[:2]
    focal = wide / 2 / np.tan(np.radians(camera.view) / 2)
    side = 2 * int(REACH / GRAIN) + 1
    down, across = np.mgrid[:side, :side].astype(np.float32)
    right, ahead = (across - side // 2) * GRAIN, (side // 2 - down) * GRAIN
    safe = np.maximum(ahead, 1e-3)
    x = wide / 2 + focal * right / safe
    y = camera.horizon * high + focal * camera.height / safe
    inside = (ahead > NEAR) & (np.hypot(right, ahead) < REACH)
    inside &= (x >= 0) & (x < wide) & (y >= 0) & (y < high)
    drawn = cv2.remap(photo, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(drawn, np.uint8), inside.astype(np.float32)


def directed(picture: Pixels) -> Floats:
    """How strong lines of each direction are, H x W x BINS, each pixel against those around it."""
    import cv2

    sharp = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(sharp, (0, 0), SOFT)
    dx, dy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength = np.hypot(dx, dy)
    strength /= cv2.blur(strength, (21, 21)) + 8
    turned = np.mod(np.arctan2(dy, dx), np.pi) / np.pi * BINS
    first = np.floor(turned).astype(int) % BINS
    share = (turned - np.floor(turned)).astype(np.float32)
    made = np.zeros((*grey.shape, BINS), np.float32)
    rows, columns = np.indices(grey.shape)
    made[rows, columns, first] = strength * (1 - share)
    made[rows, columns, (first + 1) % BINS] += strength * share
    return np.asarray(cv2.GaussianBlur(made, (0, 0), SOFT), np.float32)


def best_of(
    lines: Floats, ground: Pixels, seen: Floats, headings: range
) -> tuple[Floats, NDArray[np.int64]]:
    """By place, the highest likeness of all headings, and that heading in degrees."""
    import cv2

    side = len(ground)
    middle = (side // 2, side // 2)
    found: list[Floats] = []
    energy = np.sum(lines**2, axis=2)
    for heading in headings:
        matrix = cv2.getRotationMatrix2D(middle, -heading, 1)
        turned = cv2.warpAffine(ground, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
        # The rim of what is seen is no line.
        mask = cv2.erode(cv2.warpAffine(seen, matrix, (side, side)), np.ones((5, 5)))
        template = directed(np.asarray(turned, np.uint8)) * (mask > 0.5)[..., None]
        template /= np.linalg.norm(template) + 1e-6
        alike = sum(
            cv2.matchTemplate(lines[..., at : at + 4], template[..., at : at + 4], cv2.TM_CCORR)
            for at in range(0, BINS, 4)
        )
        there = cv2.matchTemplate(energy, (mask > 0.5).astype(np.float32), cv2.TM_CCORR)
        found.append(
            np.asarray(
                alike / np.sqrt(np.maximum(there, FAINTEST * float(there.mean()) + 1e-6)),
                np.float32,
            )
        )
    stacked = np.stack(found)
    best = stacked.argmax(0)
    return stacked.max(0), np.asarray(headings, np.int64)[best]


def peaks(scores: Floats) -> Iterator[tuple[int, int]]:
    """Row and column of the highest places that are APART, the highest first."""
    left = scores.copy()
    reach = int(APART / GRAIN)
    for _ in range(MOST):
        y, x = np.unravel_index(int(left.argmax()), left.shape)
        if left[y, x] <= 0:
            return
        yield int(y), int(x)
        left[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = 0


def discs(
    found: tuple[Candidate, ...], middle: tuple[float, float], size: tuple[int, int], grain: float
) -> tuple[Disc, ...]:
    """The candidates on the Earth. middle: latitude and longitude of the overhead picture's middle,
    its upper side in the north. size: its width and height in pixels. grain: as above."""
    most = max((one.score for one in found), default=1.0)
    wide = EARTH * np.cos(np.radians(middle[0]))
    return tuple(
        Disc(
            middle[0] - (one.y - size[1] / 2) * grain / EARTH,
            middle[1] + (one.x - size[0] / 2) * grain / float(wide),
            APART / 1000,
            one.score / most,
        )
        for one in found
    )
