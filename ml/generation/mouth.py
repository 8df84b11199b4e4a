"""Paints what shows between lips that were shut in the photo: teeth, tongue and the dark behind.

It is nobody's teeth: a made-up row in the light of the face. A mouth that was open in the photo
keeps its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.generation.relief import smooth
from ml.generation.sitter import Floats, Sitter
from ml.landmarks import INNER_LIPS
from ml.shape.surface import Points

UPPER, LOWER = 13, 14  # vertices in the middle of the inner lips
RIGHT, LEFT = 78, 308  # its corners
# Distances between the eyes: lips that part by so much begin to show what is behind, and all of it;
# lips that were so far apart already keep their own, unless they part so many times as far.
PARTS, PARTED = 0.02, 0.06
SHUT, OPEN = 0.05, 0.14
WIDER = (1.2, 1.6)
GREY = 0.01  # channels nearer to each other, over the whole photo, are no colours
TEETH = 0.085  # long
REST = 0.35  # of them, that the lip leaves bare at rest
BARES: Mapping[str, float] = {
    **dict.fromkeys(("mouthSmileLeft", "mouthSmileRight"), 0.25),
    **dict.fromkeys(("mouthUpperUpLeft", "mouthUpperUpRight"), 0.5),
    **dict.fromkeys(("mouthFunnel", "mouthPucker"), -0.8),
}
ACROSS = 5.0  # teeth to each side
DARK, TONGUE, WHITE = (0.20, 0.06, 0.06), (0.55, 0.22, 0.20), (0.93, 0.88, 0.80)
LIT, BRIGHT = 0.55, 0.62  # lightness of the skin in which these are their colours


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Between the lips. across: -1 at the right corner of the mouth .. 1 at the left one, of every
    pixel; below, high: distance from the upper lip and between the lips, between the eyes."""

    across: Floats
    below: Floats
    high: Floats


def bared(coefficients: Mapping[str, float]) -> float:
    """How much of the upper teeth the upper lip leaves bare, 0..1: some at rest, more when it is
    drawn up, less when the lips are pushed forward over them."""
    return float(
        np.clip(REST + sum(by * coefficients.get(n, 0.0) for n, by in BARES.items()), 0, 1)
    )


def filled(sitter: Sitter, moved: Points, pixels: Floats, teeth: float) -> tuple[Floats, Floats]:
    """The portrait with its mouth filled, and where it is (S x S, 0..1). moved: 468 x 3, where the
    mesh is in it. teeth: how much of the upper ones is bare, 0..1."""
    import cv2

    was, now = (apart(mesh) / sitter.unit for mesh in (sitter.mesh, moved))
    more = now - was
    shows = float(smooth(PARTS, PARTED, more) * (1 - smooth(SHUT, OPEN, was)))
    shows = max(shows, float(smooth(*WIDER, now / max(was, SHUT))))
    if not shows:
        return pixels, np.zeros(pixels.shape[:2], np.float32)
    between = np.zeros(pixels.shape[:2], np.uint8)
    outline = np.round(moved[list(INNER_LIPS[:20]), :2] * 16).astype(np.int32)
    cv2.fillPoly(between, [outline], 255, cv2.LINE_AA, 4)
    soft: Any = cv2.GaussianBlur(between.astype(np.float32) / 255, (0, 0), 0.008 * sitter.unit)
    inside = painted(gap(moved, sitter.unit, sitter.size), lightness(sitter), teeth)
    if colourless(sitter):
        inside = np.repeat(inside.mean(2, keepdims=True), 3, axis=2)
    inside = np.asarray(cv2.GaussianBlur(inside, (0, 0), max(0.6, 0.006 * sitter.unit)))
    share = np.float32(shows) * soft
    mixed: Floats = pixels + (inside - pixels) * share[..., None]
    return mixed, share


def apart(mesh: Points) -> float:
    """Pixels between the lips."""
    return float(np.linalg.norm(mesh[UPPER] - mesh[LOWER]))


def lightness(sitter: Sitter) -> float:
    """Of the cheeks, 0..1."""
    x, y = np.round(sitter.mesh[[50, 280, 205, 425], :2]).astype(int).clip(0, sitter.size - 1).T
    return float(sitter.pixels[y, x].mean())


def colourless(sitter: Sitter) -> bool:
    """Whether it is a black-and-white photo."""
    return bool(np.ptp(sitter.pixels, axis=2).mean() < GREY)


def gap(mesh: Points, unit: float, size: int) -> Gap:
    ends = mesh[[RIGHT, LEFT], :2]
    middle, half = ends.mean(0), float(np.linalg.norm(ends[1] - ends[0])) / 2
    along = (ends[1] - ends[0]) / (2 * half)
    down = np.array([-along[1], along[0]])
    y, x = (grid.astype(np.float32) for grid in np.ogrid[:size, :size])
    across = ((x - middle[0]) * along[0] + (y - middle[1]) * along[1]) / half
    deep = (x - middle[0]) * down[0] + (y - middle[1]) * down[1]

    def edge(vertices: list[int]) -> Any:
        off = mesh[vertices, :2] - middle
        order = np.argsort(off @ along)
        return np.interp(across, (off @ along)[order] / half, (off @ down)[order])

    upper, lower = edge([*INNER_LIPS[10:20], RIGHT]), edge([*INNER_LIPS[:11]])
    return Gap(across, (deep - upper) / unit, (lower - upper) / unit)


def painted(between: Gap, light: float, teeth: float) -> Floats:
    """S x S x 3."""
    across, below, high = between.across, between.below, between.high
    whole = np.ones((*across.shape, 3)) * DARK * (light / LIT)
    tongue = np.exp(-np.square(across / 0.55)) * (1 - smooth(-0.01, 0.1, high - below))
    whole += (np.array(TONGUE) * light / LIT - whole) * (0.55 * tongue)[..., None]
    long = teeth * TEETH * (1 - 0.55 * across**2) * min(1.0, float(high.max()) / 0.18)
    tooth = np.abs((np.sin(across.clip(-1, 1) * 0.45 * np.pi) * ACROSS + 0.5) % 1 - 0.5)
    long = long * (1 - 0.12 * smooth(0.3, 0.5, tooth))
    there = (1 - smooth(-0.012, 0, below - long)) * (1 - smooth(0.75, 0.98, np.abs(across)))
    shade = (0.62 + 0.38 * (1 - np.square(across / 0.95)).clip(0, 1)) * (
        0.72 + 0.28 * smooth(0, 0.03, below)
    )
    shade = shade * (1 - 0.1 * smooth(0.42, 0.5, tooth))
    white = np.array(WHITE) * np.clip(light / BRIGHT, 0.45, 1.05) * shade[..., None]
    whole += (white - whole) * there[..., None]
    edges = 0.75 + 0.25 * smooth(0, 0.05, np.minimum(below, high - below))
    made: Floats = (whole * edges[..., None]).clip(0, 1).astype(np.float32)
    return made
