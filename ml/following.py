"""Shows faces to recognisers in torch as ml.geometry does in numpy: gradients flow to the photo."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import FaceNetwork

if TYPE_CHECKING:
    import torch


def embedded(network: FaceNetwork, pixels: torch.Tensor, mesh: NDArray[Any]) -> torch.Tensor:
    """1 x D of unit length: the face's embedding as the recogniser's card makes it.

    pixels: 1 x 3 x H x W, RGB 0..255, of the upright photo. mesh: 468 x 3 in its pixels.
    """
    import torch

    straight = chips(pixels, [network.cut(mesh)], network.side, network.repeat_border)
    features = network.features(torch.cat([straight, straight.flip(3)]))
    return network.vectors(features.mean(0, keepdim=True))


def chips(
    pixels: torch.Tensor, cuts: Sequence[geometry.Matrix], size: int, repeat_border: bool
) -> torch.Tensor:
    """N x 3 x size x size: what ml.geometry.chip cuts, unrounded.

    pixels: N x 3 x H x W, or 1 x 3 x H x W out of which all are cut. cuts: N, of about the same
    scale: the first says how far the photo is halved before.
    """
    from torch.nn import functional as F

    divided = 1
    shrink = hypot(cuts[0][0, 0], cuts[0][1, 0])
    while shrink * divided <= 0.5 and min(pixels.shape[2:]) > 1:
        pixels, divided = F.avg_pool2d(pixels, 2), 2 * divided
    grids = _grids(pixels, [_after(cut, divided) for cut in cuts], size)
    return F.grid_sample(
        pixels.expand(len(cuts), -1, -1, -1),
        grids,
        padding_mode="border" if repeat_border else "zeros",
        align_corners=True,
    )


def _after(cut: geometry.Matrix, divided: int) -> geometry.Matrix:
    """The same cut out of the photo halved so often; a pixel's centre is not its corner."""
    rest = cut * (divided, divided, 1)
    rest[:, 2] += cut[:, :2].sum(1) * (divided - 1) / 2
    return rest


def _grids(pixels: torch.Tensor, cuts: Sequence[geometry.Matrix], size: int) -> torch.Tensor:
    """Where each pixel of the chips lies in the photo, -1..1 from the first centre to the last."""
    import torch

    y, x = np.mgrid[:size, :size]
    places = np.stack([x.ravel(), y.ravel(), np.ones(size * size)])
    high, wide = pixels.shape[2:]
    ends = np.array([[max(wide - 1, 1)], [max(high - 1, 1)]])
    grids = [(_back(cut) @ places * 2 / ends - 1).T.reshape(size, size, 2) for cut in cuts]
    return torch.from_numpy(np.stack(grids)).to(pixels.dtype).to(pixels.device)


def _back(cut: geometry.Matrix) -> NDArray[np.float64]:
    """2 x 3 from chip to photo; a mirrored cut is allowed."""
    turned = np.linalg.inv(cut[:, :2])
    return np.column_stack([turned, -turned @ cut[:, 2]])
