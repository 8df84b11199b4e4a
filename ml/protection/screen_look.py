"""What a quadrangle of a photo looks like, in numbers that tell screens from other things."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIDE, MARGIN = 96, 16  # pixels: the longer side of what is looked at straight on, and around it
LEAST = 24  # pixels of the shorter side
STEP = 8.0  # of lightness (0..255) at which the edge shows
STRONG = 40.0  # slope of lightness
LEVEL = 12.0  # degrees from upright or level
NUMBERS = 23


def look(pixels: NDArray[np.uint8], quad: Floats) -> Floats:
    """NUMBERS of it. pixels: H x W x 3, RGB. quad: 4 x 2, clockwise from the top left corner."""
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    across, down = float(sides[[0, 2]].mean()), float(sides[[1, 3]].mean())
    straight = _straight(pixels, quad, across, down)
    light, colours = straight[..., 0], straight[..., 1:] - 128
    inside = light[MARGIN:-MARGIN, MARGIN:-MARGIN]
    tint = np.hypot(*np.moveaxis(colours[MARGIN:-MARGIN, MARGIN:-MARGIN], -1, 0))
    area = pixels.shape[0] * pixels.shape[1]
    shape = (
        max(across, down) / min(across, down),
        np.sqrt(across * down / area),
        abs(sides[0] - sides[2]) / across,
        abs(sides[1] - sides[3]) / down,
    )
    return np.array((*_edge(light), *_content(inside), tint.mean(), *shape), np.float32)


def _straight(pixels: NDArray[np.uint8], quad: Floats, across: float, down: float) -> Floats:
    """The quadrangle straight on with what is around it, CIELAB, 0..255."""
    import cv2

    scale = SIDE / max(across, down)
    wide, high = max(int(across * scale), LEAST), max(int(down * scale), LEAST)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32) + MARGIN
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    size = wide + 2 * MARGIN, high + 2 * MARGIN
    flat: Any = cv2.warpPerspective(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), np.float32)


def _edge(light: Floats) -> tuple[float, ...]:
    """How the edge shows on each side, and how even what is around it is."""
    along = slice(MARGIN + 3, -MARGIN - 3)
    turned = (light, light[::-1], light.T, light.T[::-1])
    within = [one[MARGIN + 1 : MARGIN + 4, along] for one in turned]
    around = [one[MARGIN - 4 : MARGIN - 1, along] for one in turned]
    steps = [np.median(a) - np.median(b) for a, b in zip(within, around, strict=True)]
    shows = [
        np.mean((a.mean(0) - b.mean(0)) * np.sign(step) > STEP)
        for a, b, step in zip(within, around, steps, strict=True)
    ]
    uneven = [one.mean(0).std() for one in around]
    middles = [np.median(one) for one in around]
    return (
        *(float(how(steps)) for how in (np.min, np.mean, np.max, np.std)),
        float(np.min(shows)),
        float(np.mean(shows)),
        float(np.mean(uneven)),
        float(np.max(uneven)),
        float(np.median(np.concatenate([one.ravel() for one in around]))),
        float(np.std(middles)),
    )


def _content(inside: Floats) -> tuple[float, ...]:
    """How light it is, and how much of what is in it stands upright or level."""
    import cv2

    across: Any = cv2.Sobel(inside, cv2.CV_32F, 1, 0)
    down: Any = cv2.Sobel(inside, cv2.CV_32F, 0, 1)
    slope = np.hypot(across, down)
    turn = np.abs(np.degrees(np.arctan2(down, across))) % 90
    level = np.minimum(turn, 90 - turn) < LEVEL
    low, middle, high = np.percentile(inside, (10, 50, 90))
    return (
        float(inside.mean()),
        float(middle),
        float(inside.std()),
        float(slope.mean()),
        float((slope > STRONG).mean()),
        float((slope * level).sum() / (slope.sum() + 1e-3)),
        float(low),
        float(high),
    )
