"""Tells a sitter from other people who are in sight of the portrait.

What looks for people does not tell them apart, and a head's own look ends at its neighbourhood.
What only one of them claims is disputed. Colours decide it (Rother, Kolmogorov and Blake, GrabCut,
2004), beginning with whose head and shoulders are nearer. Lengths are heights of the face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIDE = 256  # pixels of the copy on which it is decided
SOMEBODY = 0.5  # likelier is a person
NOBODY = 0.1
LEAST = 0.003  # of the picture; less in dispute is edges
ROUNDS = 3
# Head with hair: an ellipse around the face's middle; shoulders: where they begin below it, where
# they are as wide as they get, and half of that.
HEAD, RAISED = (0.62, 0.82), 0.1
NECK, SHOULDERS, HALF = 0.45, 1.05, 1.2
NARROW = 0.28  # half of the neck's width
EDGE = 0.05  # so far beyond the sitter's outline whoever is behind may begin
CORE = 0.25  # so far within somebody's outline all is theirs
MARGIN = 0.6  # beyond it nothing of a person in front of nobody is


@dataclass(frozen=True, slots=True)
class Bust:
    """Where somebody's face is. middle: of it, x and y. high: its height. In pixels."""

    middle: tuple[float, float]
    high: float


def alone(
    likely: Floats, own: Floats, pixels: Floats, sitter: Bust, others: Sequence[Bust]
) -> Floats:
    """S x S, 0..1: how likely each pixel is of the sitter and of nobody else.

    likely: S x S, of anybody. own: S x S, what the head's own look gives to the sitter: 1, what it
    does not: 0, and -1 where it does not look. pixels: S x S x 3, RGB, 0..1. others: who else is
    in sight.
    """
    import cv2

    size = len(likely)
    small = cv2.resize(likely, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    claimed: Any = cv2.resize(own, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    mine, beyond = claimed > 0.5, claimed < -0.5
    here = apart([sitter], SIDE / size)
    before, after = (
        apart([one for one in others if (one.high > sitter.high) is nearer], SIDE / size)
        for nearer in (True, False)
    )
    somebody = small > SOMEBODY
    theirs = (before < here) | ((after < here) & (here > EDGE))
    disputed = somebody & (theirs | (~mine & (here < MARGIN)))
    if disputed.mean() < LEAST:
        return likely
    sides = np.where((mine | (beyond & (here < 0))) & ~theirs, cv2.GC_PR_FGD, cv2.GC_PR_BGD)
    sides[(small < NOBODY) & ~mine] = cv2.GC_BGD
    sides[theirs & (np.minimum(before, after) < -CORE)] = cv2.GC_BGD
    sides[mine & (here < 0) & ~theirs] = cv2.GC_FGD
    cut = divided(pixels, sides.astype(np.uint8))
    large: Any = cv2.resize(cut, (size, size), interpolation=cv2.INTER_LINEAR)
    return np.minimum(likely, large)  # type: ignore[no-any-return]


def divided(pixels: Floats, sides: NDArray[np.uint8]) -> Floats:
    """1 where the sitter is, in one piece with what was sure; begins with the sides of
    cv2.grabCut."""
    import cv2

    sure = sides == cv2.GC_FGD

    image = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    image = (image.clip(0, 1) * 255).astype(np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    found, *_ = cv2.grabCut(
        image, sides, (0, 0, SIDE, SIDE), *models, ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    inside = np.isin(found, (cv2.GC_FGD, cv2.GC_PR_FGD))
    _, pieces = cv2.connectedComponents(inside.astype(np.uint8))
    return (inside & np.isin(pieces, np.unique(pieces[sure & inside]))).astype(np.float32)


def apart(busts: Sequence[Bust], scale: float) -> Floats:
    """SIDE x SIDE: how far each pixel is from the nearest of them, below 0 within. scale: from
    their pixels to these."""
    y, x = (grid.astype(np.float32) for grid in np.mgrid[:SIDE, :SIDE])
    far = np.full((SIDE, SIDE), np.inf, np.float32)
    for bust in busts:
        high = bust.high * scale
        across = np.abs(x - bust.middle[0] * scale) / high
        down = (y - bust.middle[1] * scale) / high
        head = np.hypot(across / HEAD[0], (down + RAISED) / HEAD[1]) - 1
        share = ((down - NECK) / (SHOULDERS - NECK)).clip(0, 1)
        half = NARROW + (HALF - NARROW) * np.sqrt(share)
        body = np.where(down > NECK, across - half, np.hypot(across, down - NECK))
        far = np.minimum(far, np.minimum(head * HEAD[0], body))
    return far
