"""The two kinds of disguise, with the limits that each keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml.protection import likeness_limits
from ml.protection.attack import Effort
from ml.protection.cloak import Cloak
from ml.protection.disguise import Fitting, Limits
from ml.protection.makeup import MakeUp
from ml.protection.makeup_words import Layer
from ml.protection.places import Place

Make = Callable[[Place, Place], tuple[Fitting, Limits]]
FAINT = 34.0  # decibels (PSNR) that a cloak keeps
ALIKE = 0.92  # SSIM that make-up keeps
ASKED_FOR = (
    0.03  # by which textures may lower it below what was asked for by name, where that is less
)
# More decibels and SSIM than asked for: rounding to whole numbers and enlarging cost some.
SPARE, SPARE_ALIKE = 0.03, 0.003


def cloak(faint: float, seed: int) -> Make:
    """faint: decibels (PSNR) that are kept."""

    def make(work: Place, whole: Place) -> tuple[Fitting, Limits]:
        return Cloak(work, faint + SPARE, seed), Limits(psnr=faint)

    return make


def makeup(layers: Sequence[Layer], strength: float) -> Make:
    """SSIM is kept at ALIKE; a look that by itself changes more than that (a painted half mask) is
    not taken away again, but what is added to it stays within ASKED_FOR."""

    def make(work: Place, whole: Place) -> tuple[Fitting, Limits]:
        least = min(ALIKE, plain(work, layers) - ASKED_FOR)
        return MakeUp(work, layers, strength, least + SPARE_ALIKE), Limits(ssim=least)

    return make


def plain(place: Place, layers: Sequence[Layer]) -> float:
    """SSIM of the look itself, its textures left even."""
    import torch

    with torch.no_grad():
        left, top, right, bottom = place.box
        box = (..., slice(top, bottom), slice(left, right))
        worn, bare = MakeUp(place, layers).on(place), place.tensor()
        return float(likeness_limits.ssim_slopes(worn[box], bare[box]))


# Make-up goes on only for who is hardly misled: its seconds, and what shows, are worth more.
EFFORT, NO_EFFORT = Effort(more=32, sure=1.3), Effort(steps=0)
CLOAKING = Effort(steps=48, balanced=True, more=48)
