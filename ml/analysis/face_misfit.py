"""Fits the usual face, in the light of the photo, to a face, and tells where it does not fit.

A face is told in logarithms: of its lightness, of red to green, and of blue to green. The usual
face is what is left of many when the light is taken out; light is a smooth surface over the face.
The fit is masked: what is known to cover the face takes no part in it.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ml.analysis.face_layout import SIDE, Mask, Skin
from ml.runtimes import Floats

ROUNDS, SOFT = 4, 1.5  # of the fit; a misfit of so many usual ones counts half
SURFACES = (6, 1, 1)  # of lightness and of the two colours, which light hardly changes over a face
EVERY = 3  # so many pixels one is fitted to
PUT_ASIDE = 2.0  # usual misfits; what differs by more is no worse for a fit, for it may be covered
# How far the two colours of a photo's faces are from the usual ones, standard deviation; what of
# that, squared, costs a fit how much, and no more than so many.
TONES, UNLIKELY, TONE_MOST = 0.09, 0.1, 12.0
EYE = np.eye(max(SURFACES), dtype=np.float32)
FEWEST, STIFF = 60, 0.3  # pixels it takes; how little the light is held back
MOST = 6.0  # usual misfits; more is no more a misfit


@cache
def surfaces() -> Floats:
    """SIDE x SIDE x 6: one, the slopes and the bends that light may have over a face."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j].astype(np.float32)
    made: Floats = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    return made


@cache
def starts() -> tuple[Mask | None, ...]:
    """What may be put aside to begin with: nothing, or a part of the face."""
    y, x = surfaces()[..., 2], surfaces()[..., 1]
    return None, y > 0.1, y > -0.15, y < 0.05, y < -0.2, x > 0.1, x < -0.1


def best(skin: Skin, usual: Floats, spread: Floats) -> Floats:
    """The misfit (as below) of the fit that explains most of the face and gives it a likely tone,
    wherever it began: what covers half of a face must not pass for the face."""
    rows = np.flatnonzero(skin.seen)
    told, wide = (one.reshape(-1, 3)[rows] for one in (skin.told, spread))

    def cost(fit: Floats) -> float:
        away = (told - fit.reshape(-1, 3)[rows]) / wide
        unexplained = np.minimum(away**2, PUT_ASIDE**2).mean()
        tone = (((fit - usual)[0, 0, 1:] / TONES) ** 2).sum()
        return float(unexplained + UNLIKELY * min(tone, TONE_MOST))

    fits = (lit(skin, start, usual, spread) for start in starts())
    return off(skin, min(fits, key=cost), spread)


def lit(skin: Skin, hidden: Mask | None, usual: Floats, spread: Floats) -> Floats:
    """SIDE x SIDE x 3: the usual face in the photo's light, in logarithms.

    hidden: SIDE x SIDE, what takes no part in the fit; None: not known, so that the fit itself puts
    aside what does not fit. usual, spread: SIDE x SIDE x 3, the mean and deviation of many faces.
    """
    among = skin.seen if hidden is None else skin.seen & ~hidden
    if among.sum() < FEWEST:
        among = skin.seen
    rows = np.flatnonzero(among)[::EVERY]
    rest = skin.told - usual
    light, off, wide = (one.reshape(-1, one.shape[-1])[rows] for one in (surfaces(), rest, spread))
    # Not the mean, which may be of what covers the face.
    middle = np.median(np.ascontiguousarray(off.T), 1)
    off = off - middle
    soft, stiff = wide * SOFT, STIFF * len(light) * EYE
    weights = 1 / (1 + (off / soft) ** 2)
    # A channel with fewer surfaces has ones on the rest of its diagonal, and 0 for these surfaces.
    squares = np.stack([EYE] * len(SURFACES))
    sums = np.zeros((len(SURFACES), max(SURFACES)), np.float32)
    for _ in range(ROUNDS):
        weights /= wide**2
        for channel, count in enumerate(SURFACES):
            some = light[:, :count]
            weighed = some * weights[:, channel, None]
            squares[channel, :count, :count] = weighed.T @ some + stiff[:count, :count]
            sums[channel, :count] = weighed.T @ off[:, channel]
        factors = np.linalg.solve(squares, sums[..., None])[..., 0]
        weights = 1 / (1 + ((off - light @ factors.T) / soft) ** 2)
    fitted: Floats = usual + middle + surfaces() @ factors.T
    return fitted


def misfit(skin: Skin, hidden: Mask | None, usual: Floats, spread: Floats) -> Floats:
    """SIDE x SIDE x 3: by how many usual misfits the face differs there from the fit (arguments as
    in `lit`), up to MOST either way; 0 where the skin is not seen."""
    return off(skin, lit(skin, hidden, usual, spread), spread)


def off(skin: Skin, fit: Floats, spread: Floats) -> Floats:
    """The same of a fit."""
    found: Floats = np.clip((skin.told - fit) / spread, -MOST, MOST)
    return found * skin.seen[..., None]
