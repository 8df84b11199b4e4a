"""Weighs what speaks for something covering a face, place by place: named evidence, in a logistic
sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.analysis.face_layout import Mask, Skin
from ml.analysis.face_misfit import surfaces
from ml.matting import guided
from ml.runtimes import Floats

NEAR, AROUND, WIDE = 1.2, 3.0, 7.0  # standard deviations of a place's surroundings, in pixels

RADIUS, SMOOTH = 9, 1e-3  # of the guided filter: in pixels, and its epsilon
FAINT = 0.002  # of what is drawn, squared: less is grain


def blurred(maps: Floats, deviation: float) -> Floats:
    """SIDE x SIDE or SIDE x SIDE x C, as large."""
    import cv2

    made: Any = cv2.GaussianBlur(maps, (0, 0), deviation)
    soft: Floats = made.reshape(maps.shape)
    return soft


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """How a face is drawn against the usual one, SIDE x SIDE each, whatever the fit. alike: how
    much alike, 1 at most. expected: how much the usual face has drawn around there. own: how much
    this one has just there."""

    alike: Floats
    expected: Floats
    own: Floats


def compared(skin: Skin, usual: Floats) -> Drawing:
    """The face's drawing and that of the usual one."""
    own, theirs = (drawing(one, skin.seen) for one in (skin.told, usual))
    both, ours, expected = (
        blurred((one * other).sum(-1), AROUND)
        for one, other in ((own, theirs), (own, own), (theirs, theirs))
    )
    alike = both / (np.sqrt(ours * expected) + FAINT)
    return Drawing(alike, expected, blurred((own**2).sum(-1), NEAR))


def evidence(skin: Skin, off: Floats, drawn: Drawing, spread: Floats) -> dict[str, Floats]:
    """What speaks for a cover at each place, SIDE x SIDE each. off: the misfit (ml.analysis.
    face_misfit); spread: of many faces."""
    seen, light = skin.seen, off[..., 0]
    colour = np.hypot(off[..., 1], off[..., 2])
    size = np.sqrt((off**2).mean(-1))
    odd = np.sqrt(((off - off[:, ::-1]) ** 2).mean(-1)) * (seen & seen[:, ::-1])
    around = blurred(size, AROUND)
    return {
        "misfit": np.log1p(blurred(size, NEAR)),
        "misfit around": np.log1p(around),
        "misfit far around": np.log1p(blurred(size, WIDE)),
        "colour": np.log1p(blurred(colour, NEAR)),
        "colour far around": np.log1p(blurred(colour, WIDE)),
        "darker": np.clip(-blurred(light, NEAR), 0, 4),
        "unlike the other side": np.log1p(blurred(odd, AROUND)),
        "more than the other side": (around - around[:, ::-1]).clip(-2, 2),
        "drawn as usual": drawn.alike,
        "not drawn where it should be": np.sqrt(drawn.expected) * (1 - drawn.alike),
        "drawn where it should not be": np.log1p(drawn.own / (drawn.expected + FAINT)),
        "misfit of the whole face": np.log1p(float(size[seen].mean())) * np.ones_like(size),
        "usual spread": spread[..., 0],
        "aside": np.abs(surfaces()[..., 1]),
    }


def drawing(told: Floats, seen: Mask) -> Floats:
    """The features of a face without its light: logarithms less what is around them."""
    there = seen.astype(np.float32)[..., None]
    around = blurred(told * there, 5.0) / (blurred(there, 5.0) + 1e-3)
    features: Floats = (told - around) * there
    return features


def smoothed(found: Floats, skin: Skin) -> Floats:
    """The odds along the edges of the photo, not across them: a thing that covers has one colour
    and an edge."""
    pixels = skin.pixels.astype(np.float32) / np.float32(255)
    made: Floats = (guided(found, pixels, RADIUS, SMOOTH) * skin.seen).clip(0, 1)
    return made


def odds(told: Mapping[str, Floats], weights: Mapping[str, float], seen: Mask) -> Floats:
    """SIDE x SIDE, 0..1. weights: of what is told by name, and "bias"."""
    total: Any = weights["bias"] + sum(weights[name] * value for name, value in told.items())
    made: Floats = (seen / (1 + np.exp(-np.clip(total, -30, 30)))).astype(np.float32)
    return made
