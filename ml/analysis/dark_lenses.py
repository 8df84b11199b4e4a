"""Whether a face's eyes are behind something dark: a network draws irises into sunglasses too."""

from __future__ import annotations

import numpy as np

from ml.analysis.covers import cover, hindrance, regions
from ml.analysis.face_layout import Skin, layout, skin
from ml.analysis.occlusion_fitted import CUT, covered
from ml.runtimes import Floats
from ml.types import Picture

EYES = ("right eye", "left eye")
AROUND = ("nose", "right cheek", "left cheek")
# How much darker the surroundings of both eyes are at least than nose and cheeks, in logarithms,
# for a closer look to be worth its time; and how much of them must then be covered.
DARKER, HIDDEN = 0.2, 0.35


def behind(picture: Picture, mesh: Floats) -> bool:
    """mesh: 468 x 3, of a face that is not in profile."""
    laid = skin(picture, mesh, layout())
    if hindrance(laid, layout()) or darker(laid) < DARKER:
        return False
    shares = cover(covered(laid), CUT, laid).regions
    seen = [shares[eye] for eye in EYES if eye in shares]
    return bool(seen) and min(seen) >= HIDDEN


def darker(laid: Skin) -> float:
    """By how much the eyes' surroundings are darker than nose and cheeks, in logarithms: of both
    the eye for which it is less."""
    light = np.where(laid.seen, laid.told[..., 0], np.nan)

    def middle(name: str) -> float:
        part = light[regions()[name]]
        return float(np.nanmedian(part)) if np.isfinite(part).any() else np.nan

    usual = np.nanmedian([middle(name) for name in AROUND])
    return float(np.nanmin([usual - middle(eye) for eye in EYES]))
