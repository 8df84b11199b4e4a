"""Names what speaks for something covering a face once it is guessed what does: edges where the
usual face has none, and whether a place looks like what is guessed to be covered or like the rest.

Maps are SIDE x SIDE, of the frame of ml.analysis.face_layout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ml.analysis.face_layout import Mask, Skin, beyond
from ml.analysis.misfit_evidence import blurred
from ml.runtimes import Floats

FINE, NEAR, EDGE, AROUND = 0.8, 1.2, 1.5, 3.0  # standard deviations of a place's surroundings
GUESS_AROUND, GUESS_FAR = 2.0, 5.0  # the same, of the guess
DEVIATIONS = (FINE, NEAR, EDGE, AROUND, GUESS_AROUND, GUESS_FAR)
PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
THIN = 5  # pixels; a stroke that is narrower stands out
ROUND = 2e-3  # is added to a colour's variance
FEWEST, UNTOLD = 8, -6.0  # pixels that a colour is measured of; logarithm of less
SLOPE, SLOPES = 0.01, 1e-4  # of lightness a pixel, and squared: less is grain


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What is to be seen on a face whatever is guessed. evidence: what of it speaks for a cover.
    colours: SIDE x SIDE x 10, products of up to two of a pixel's logarithms (`products`). shares:
    by standard deviation, how much of a place's surroundings is seen."""

    seen: Mask
    evidence: dict[str, Floats]
    colours: Floats
    shares: dict[float, Floats]

    def mean(self, values: Floats, deviation: float) -> Floats:
        """SIDE x SIDE: of what is seen around each place."""
        there: Floats = values * self.seen
        found: Floats = blurred(there, deviation) / self.shares[deviation]
        return found


def surface(skin: Skin, usual: Floats) -> Surface:
    """usual: SIDE x SIDE x 3, of many faces."""
    told, there = beyond(skin.told), skin.seen.astype(np.float32)
    shares = {one: blurred(there, one) + 1e-3 for one in DEVIATIONS}
    bare = Surface(skin.seen, {}, products(told, skin.seen), shares)
    return replace(bare, evidence=edges(bare, told, usual) | strokes(bare, told))


def evidence(face: Surface, off: Floats, guess: Floats) -> dict[str, Floats]:
    """All of it. off: SIDE x SIDE x 3, the misfit (ml.analysis.face_misfit) where what is guessed
    takes no part in the fit; guess: how likely each place is covered."""
    size = np.sqrt((off**2).mean(-1))
    covered, bare = likelihoods(face, guess)
    return face.evidence | {
        "misfit": np.log1p(face.mean(size, NEAR)),
        "misfit of the whole face": np.full_like(size, np.log1p(size[face.seen].mean())),
        "guess around": face.mean(guess, GUESS_AROUND),
        "guess far around": face.mean(guess, GUESS_FAR),
        "colour of covers": covered,
        "rather of covers": (covered - bare).clip(-10, 10),
    }


def edges(face: Surface, told: Floats, usual: Floats) -> dict[str, Floats]:
    """How steep lightness and colours are, and how steep where the usual face is not."""
    across, down = slopes(told)
    usually = slopes(np.ascontiguousarray(usual[..., 0]))
    light, *colour = np.moveaxis(np.hypot(across, down), -1, 0)
    excess = (across[..., 0] - usually[0]) ** 2 + (down[..., 0] - usually[1]) ** 2
    return {
        "steep": np.log(face.mean(light, NEAR) + SLOPE),
        "steep around": np.log(face.mean(light, AROUND) + SLOPE),
        "other edges": np.log(face.mean(excess, EDGE) + SLOPES),
        "colour steep around": np.log(face.mean(colour[0] + colour[1], AROUND) + SLOPE),
    }


def slopes(maps: Floats) -> tuple[Any, Any]:
    """To the right and down, a pixel."""
    import cv2

    return (
        cv2.Sobel(maps, -1, 1, 0, ksize=3, scale=1 / 8),
        cv2.Sobel(maps, -1, 0, 1, ksize=3, scale=1 / 8),
    )


def strokes(face: Surface, told: Floats) -> dict[str, Floats]:
    """What has another colour than what is on both sides of it, as a rim has."""
    import cv2

    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (THIN, THIN))
    colours = np.ascontiguousarray(told[..., 1:])
    hats = (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT)
    found: Any = sum(cv2.morphologyEx(colours, one, shape) for one in hats)
    return {"coloured stroke": face.mean(found.sum(-1), FINE)}


def products(told: Floats, seen: Mask) -> Floats:
    """SIDE x SIDE x 10: one, the three logarithms less their mean, and their products."""
    away = told - told[seen].mean(0)
    one = np.ones_like(away[..., 0])
    pairs = [away[..., a] * away[..., b] for a, b in PAIRS]
    made: Floats = np.stack([one, *np.moveaxis(away, -1, 0), *pairs], -1)
    return made


def likelihoods(face: Surface, guess: Floats) -> tuple[Floats, Floats]:
    """The logarithm of how likely each place's colours are among what is guessed to be covered, and
    among the rest: of a normal distribution each."""
    among = face.colours[face.seen]
    covered = guess[face.seen] @ among
    factors = np.stack([normal(covered), normal(among.sum(0) - covered)], -1)
    made = (face.colours @ factors).clip(-30, 30)
    return made[..., 0], made[..., 1]


def normal(sums: Floats) -> Floats:
    """10: of each product how much it adds to the logarithm, where the products add up to these
    sums; the same everywhere where there are too few to tell."""
    if sums[0] < FEWEST:
        return np.array([UNTOLD, *(0,) * 9], np.float32)
    middle, second = sums[1:4] / sums[0], np.zeros((3, 3))
    for (a, b), product in zip(PAIRS, sums[4:] / sums[0], strict=True):
        second[a, b] = second[b, a] = product
    spread = second - np.outer(middle, middle) + ROUND * np.eye(3)
    narrow = np.linalg.inv(spread)
    level = -0.5 * (middle @ narrow @ middle + np.log(np.linalg.det(spread)))
    bends = [-narrow[a, b] * (0.5 if a == b else 1.0) for a, b in PAIRS]
    return np.array([level, *(narrow @ middle), *bends], np.float32)
