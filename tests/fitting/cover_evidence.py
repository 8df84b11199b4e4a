"""Names what speaks for something covering a face once a first guess is there: colours of what is
covered and of what is not, edges and thin strokes where the usual face has none.

Tried and not offered (tests.fitting.cover_evidence_tried)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.analysis.face_layout import Mask, Skin, beyond
from ml.analysis.misfit_evidence import FAINT, blurred, drawing
from ml.runtimes import Floats

NEAR, AROUND, WIDE = 1.2, 3.0, 7.0  # standard deviations of a place's surroundings, in pixels
THIN, THICK = 5, 7  # pixels; strokes narrower than that stand out
CLEAR, FEWEST = 0.3, 100  # odds below which a place shows the face's own misfit; so many it takes
ROUND = 2e-3  # is added to a colour's variance
SLOPE, SLOPES = 0.01, 1e-4  # of lightness a pixel, and squared: less is grain


def mean(values: Floats, seen: Mask, deviation: float) -> Floats:
    """Of what is seen around each place, SIDE x SIDE."""
    there = seen.astype(np.float32)
    found: Floats = blurred(values * there, deviation) / (blurred(there, deviation) + 1e-3)
    return found


def evidence(skin: Skin, off: Floats, guess: Floats, usual: Floats) -> dict[str, Floats]:
    """SIDE x SIDE each. off: the misfit (ml.analysis.face_misfit); guess: the odds so far, SIDE x
    SIDE; usual: of many faces."""
    seen, told = skin.seen, beyond(skin.told)
    size = np.sqrt((off**2).mean(-1))
    even = np.ones_like(size)
    return {
        "misfit": np.log1p(mean(size, seen, NEAR)),
        "misfit far around": np.log1p(mean(size, seen, WIDE)),
        "lighter": mean(off[..., 0], seen, NEAR),
        "bluer": mean(off[..., 2], seen, NEAR),
        "bluer around": mean(off[..., 2], seen, AROUND),
        "drawn where it should not be": overdrawn(told, usual, seen),
        **edges(told, usual, seen),
        **strokes(told, seen),
        "misfit of the whole face": np.log1p(size[seen].mean()) * even,
        "usual misfit of this face": np.median(size[seen]) * even,
        "unlike the bare part": apart(off[..., 0], guess, seen),
        "guess": guess,
        "guess around": mean(guess, seen, 2.0),
        "guess far around": mean(guess, seen, 5.0),
        **colours(told, guess, seen),
    }


def overdrawn(told: Floats, usual: Floats, seen: Mask) -> Floats:
    own, theirs = (drawing(one, seen) for one in (told, usual))
    expected = blurred((theirs**2).sum(-1), AROUND)
    found: Floats = np.log1p(blurred((own**2).sum(-1), NEAR) / (expected + FAINT))
    return found


def slopes(values: Floats) -> tuple[Any, Any]:
    """To the right and down, a pixel."""
    import cv2

    plane = np.ascontiguousarray(values)
    return (
        cv2.Sobel(plane, -1, 1, 0, ksize=3, scale=1 / 8),
        cv2.Sobel(plane, -1, 0, 1, ksize=3, scale=1 / 8),
    )


def edges(told: Floats, usual: Floats, seen: Mask) -> dict[str, Floats]:
    """How steep lightness and colours are, and lightness in the usual face."""
    own, theirs = slopes(told[..., 0]), slopes(usual[..., 0])
    light, expected = np.hypot(*own), np.hypot(*theirs)
    excess = (own[0] - theirs[0]) ** 2 + (own[1] - theirs[1]) ** 2
    colour = np.hypot(*slopes(told[..., 1])) + np.hypot(*slopes(told[..., 2]))
    return {
        "steep": np.log(mean(light, seen, NEAR) + SLOPE),
        "usually steep": np.log(mean(expected, seen, NEAR) + SLOPE),
        "steep around": np.log(mean(light, seen, AROUND) + SLOPE),
        "usually steep around": np.log(mean(expected, seen, AROUND) + SLOPE),
        "other edges": np.log(mean(excess, seen, 1.5) + SLOPES),
        "colour steep": np.log(mean(colour, seen, NEAR) + SLOPE),
        "colour steep around": np.log(mean(colour, seen, AROUND) + SLOPE),
    }


def strokes(told: Floats, seen: Mask) -> dict[str, Floats]:
    """What is darker, lighter or of another colour than what is on both sides of it."""
    import cv2

    def hat(channel: int, kind: int, wide: int) -> Floats:
        shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
        plane = np.ascontiguousarray(told[..., channel])
        return mean(np.asarray(cv2.morphologyEx(plane, kind, shape)), seen, 0.8)

    dark, light = cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT
    coloured = [hat(channel, kind, THIN) for channel in (1, 2) for kind in (dark, light)]
    return {
        "dark stroke": hat(0, dark, THICK),
        "thin light stroke": hat(0, light, THIN),
        "light stroke": hat(0, light, THICK),
        "thin dark stroke": hat(0, dark, THIN),
        "coloured stroke": np.sum(coloured, 0),
    }


def apart(light: Floats, guess: Floats, seen: Mask) -> Floats:
    """By how many of its usual misfits a place is lighter than the part guessed to be bare."""
    bare = seen & (guess < CLEAR)
    among = light[bare if bare.sum() > FEWEST else seen]
    middle = np.median(among)
    wide = np.median(np.abs(among - middle)) * 1.48 + 0.15
    found: Floats = ((light - middle) / wide).clip(-8, 8)
    return found


def colours(told: Floats, guess: Floats, seen: Mask) -> dict[str, Floats]:
    """How likely each place's colour is in what is guessed to be covered, and in the rest."""
    covered, bare = (likelihood(told, one, seen) for one in (guess, 1 - guess))
    return {
        "colour of covers": covered,
        "colour of the face": bare,
        "rather of covers": (covered - bare).clip(-10, 10),
    }


def likelihood(told: Floats, weights: Floats, seen: Mask) -> Floats:
    """The logarithm, of one normal distribution weighed so."""
    among, shares = told[seen], weights[seen]
    if shares.sum() < 8:
        return np.full(seen.shape, -6, np.float32)
    shares = (shares / shares.sum())[:, None]
    middle = (among * shares).sum(0)
    off = among - middle
    spread = (off * shares).T @ off + ROUND * np.eye(3)
    away = told - middle
    square = ((away @ np.linalg.inv(spread)) * away).sum(-1)
    found: Floats = (-0.5 * square - 0.5 * np.log(np.linalg.det(spread))).clip(-30, 30)
    return found.astype(np.float32)
