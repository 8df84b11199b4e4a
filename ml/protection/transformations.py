"""What a change has to outlive while it is made: chips cut a little otherwise, and photos saved
again, shrunk or blurred (Athalye et al., Synthesizing robust adversarial examples, 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ml import following
from ml.contracts import FaceNetwork
from ml.geometry import Matrix
from ml.protection.jpeg_slopes import jpeg
from ml.protection.places import Floats

if TYPE_CHECKING:
    import torch

QUALITIES = (50, 96)  # of JPEG, from and below
SHRUNK = (0.4, 0.9)  # to which part of its size
BLURRED = (0.5, 1.5)  # pixels
MORE_OFTEN_SHRUNK, SAVED_TOO = 0.75, 0.6  # than blurred; of both


@dataclass(frozen=True, slots=True)
class Draw:
    """How strongly chips and photos are changed. jitter: of a chip's side. damaged: which share of
    the photos is saved again, shrunk or blurred. mirrored: which share of the chips."""

    jitter: float = 0.2
    damaged: float = 0.8
    mirrored: float = 0.5


FOUND_ANEW = Draw(jitter=0.08, mirrored=0)


def cut_otherwise(cut: Matrix, side: int, random: np.random.Generator, draw: Draw) -> Matrix:
    """The cut moved, turned, scaled and perhaps mirrored a little."""
    scale = 1 + draw.jitter * random.uniform(-1, 1)
    angle = draw.jitter * random.uniform(-1, 1) * np.radians(50)
    shift = 0.4 * draw.jitter * side * random.uniform(-1, 1, 2)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if random.random() < draw.mirrored:
        turn = turn @ np.diag([-1.0, 1.0])
    middle = np.full(2, (side - 1) / 2)
    after = np.column_stack([turn, middle - turn @ middle + shift])
    moved: Matrix = after @ np.vstack([cut, [0, 0, 1]])
    return moved


def damaged(pixels: torch.Tensor, random: np.random.Generator, draw: Draw) -> torch.Tensor:
    """1 x 3 x H x W as it might arrive: as it is, or shrunk or blurred and then often saved as JPEG
    in that size, as sites do it, in the size it had before."""
    from torch.nn import functional as F

    if random.random() >= draw.damaged:
        return pixels
    if random.random() < MORE_OFTEN_SHRUNK:
        there = _shrunk(pixels, float(random.uniform(*SHRUNK)))
    else:
        there = _blurred(pixels, float(random.uniform(*BLURRED)))
    if random.random() < SAVED_TOO:
        there = jpeg(there, int(random.integers(*QUALITIES)))
    return F.interpolate(there, size=pixels.shape[2:], mode="bilinear")


def _shrunk(pixels: torch.Tensor, factor: float) -> torch.Tensor:
    from torch.nn import functional as F

    return F.interpolate(
        pixels, scale_factor=factor, mode="bilinear", antialias=True, recompute_scale_factor=True
    )


def _blurred(pixels: torch.Tensor, sigma: float) -> torch.Tensor:
    import torch
    from torch.nn import functional as F

    reach = torch.arange(-3, 4, dtype=torch.float32)
    bell = torch.exp(-(reach**2) / (2 * sigma**2))
    bell = bell / bell.sum()
    planes = pixels.transpose(0, 1)
    planes = F.conv2d(planes, bell.view(1, 1, 1, -1), padding=(0, 3))
    return F.conv2d(planes, bell.view(1, 1, -1, 1), padding=(3, 0)).transpose(0, 1)


def on_their_way(
    network: FaceNetwork, pixels: torch.Tensor, mesh: Floats, random: np.random.Generator
) -> torch.Tensor:
    """2 x D: the face as the recogniser's card makes it, and the same of the photo half as large
    and saved as JPEG 75. Cut a little otherwise, as recognisers find the face anew."""
    import torch

    seen = []
    for photo in (pixels, _half_and_saved(pixels)):
        cut = cut_otherwise(network.cut(mesh), network.side, random, FOUND_ANEW)
        chip = following.chips(photo, [cut], network.side, network.repeat_border)
        features = network.features(torch.cat([chip, chip.flip(3)]))
        seen.append(network.vectors(features.mean(0, keepdim=True)))
    return torch.cat(seen)


def _half_and_saved(pixels: torch.Tensor) -> torch.Tensor:
    from torch.nn import functional as F

    half = F.interpolate(pixels, scale_factor=0.5, mode="area")
    return F.interpolate(jpeg(half, 75), size=pixels.shape[2:], mode="bilinear")


def vectors(
    network: FaceNetwork, pixels: torch.Tensor, mesh: Floats, count: int,
    random: np.random.Generator, draw: Draw,
) -> torch.Tensor:  # fmt: skip
    """count x D: the face as the recogniser might see it."""
    import torch

    cut = network.cut(mesh)
    chips = [
        following.chips(
            damaged(pixels, random, draw),
            [cut_otherwise(cut, network.side, random, draw)],
            network.side,
            network.repeat_border,
        )
        for _ in range(count)
    ]
    return network.vectors(network.ghosts(torch.cat(chips)))
