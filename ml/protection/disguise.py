"""Makes one face's disguise and puts it into the photo, within what a viewer may notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.contracts import FaceNetwork, Parsed
from ml.protection import likeness_limits, places
from ml.protection.attack import Aim, Disguise, Effort, attack
from ml.protection.places import Place
from ml.types import Box

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]
WEAKER, ROUNDS = 0.97, 60  # how a disguise that shows too much is made weaker, how often at most


class Fitting(Disguise, Protocol):
    def weaken(self, factor: float) -> None:
        """Make it show less."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What must be kept in the face's box enlarged 1.5 times. psnr: decibels, ssim: 0..1; 0 for
    what is not asked for."""

    psnr: float = 0.0
    ssim: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """pixels: of the whole photo. psnr, ssim: in the face's box enlarged 1.5 times, inner. within:
    whether the limits are kept."""

    pixels: Pixels
    inner: tuple[int, int, int, int]
    psnr: float
    ssim: float
    within: bool = True


def made(
    pixels: Pixels,
    mesh: NDArray[np.float32],
    box: Box,
    make: Callable[[Place, Place], tuple[Fitting, Limits]],
    networks: Mapping[str, FaceNetwork],
    aim: Aim,
    effort: Effort,
    seed: int,
    step_done: Callable[[int], None],
    strength: float = 1.0,
    head: Parsed | None = None,
) -> Made:
    """The photo with the face disguised. make: from the place as it is worked on and the place in
    the photo's own pixels to the disguise and its limits. step_done: see attack. strength: the part
    of the change that is kept, 0..1. head: its parts, where they are known."""
    import torch

    whole = places.whole(pixels, mesh, box, head)
    work = places.at_work(whole)
    disguise, limits = make(work, whole)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        attack(disguise, work, networks, aim, effort, seed, step_done)
    return _within(pixels, whole, disguise, limits, strength)


def _within(
    pixels: Pixels, whole: Place, disguise: Fitting, limits: Limits, strength: float
) -> Made:
    for _ in range(ROUNDS):
        found = put(pixels, whole, disguise, strength)
        if found.psnr >= limits.psnr and found.ssim >= limits.ssim:
            return found
        disguise.weaken(WEAKER)
    return replace(found, within=False)


def put(pixels: Pixels, whole: Place, disguise: Disguise, strength: float = 1.0) -> Made:
    """The photo with the disguise as it now is, or that part of it; what it does not touch keeps
    its value."""
    import torch

    with torch.no_grad():
        part = disguise.on(whole)[0].permute(1, 2, 0).numpy()
    changed = pixels.copy()
    high, wide = whole.size
    place = np.s_[whole.top : whole.top + high, whole.left : whole.left + wide]
    bare = pixels[place].astype(np.float32)
    changed[place] = np.rint(bare + strength * (part - bare)).astype(np.uint8)
    x0, y0, x1, y1 = whole.box
    inner = x0 + whole.left, y0 + whole.top, x1 + whole.left, y1 + whole.top
    return Made(
        changed,
        inner,
        likeness_limits.psnr(pixels, changed, inner),
        likeness_limits.ssim(pixels, changed, inner),
    )


def aim(
    own: Mapping[str, NDArray[np.float32]],
    others: Mapping[str, list[NDArray[np.float32]]],
    towards: Mapping[str, NDArray[np.float32]],
    limits: Mapping[str, float],
) -> Aim:
    """own: by recogniser, the face's vector. others: of other photos of the person, which it is
    not to be matched with either. towards: whom it is to be taken for. limits: see Aim."""
    away = {name: _mean([vector, *others.get(name, [])]) for name, vector in own.items()}
    return Aim(away, {name: _mean([vector]) for name, vector in towards.items()}, limits)


def _mean(vectors: list[NDArray[np.float32]]) -> torch.Tensor:
    import torch
    from torch.nn import functional as F

    return F.normalize(torch.from_numpy(np.mean(vectors, 0, dtype=np.float32))[None])
