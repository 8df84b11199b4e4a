"""How much a face was changed: PSNR and SSIM in its box enlarged 1.5 times.

SSIM as scikit-image computes it unasked (Wang et al., Image quality assessment: from error
visibility to structural similarity, 2004; a window of 7 x 7, the mean over the colours).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

WINDOW = 7
Inner = tuple[int, int, int, int]


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8], box: Inner) -> float:
    """Decibels between two photos in the box (left, top, right, bottom); inf where they agree."""
    left, top, right, bottom = box
    part = np.s_[top:bottom, left:right]
    error = float(((one[part].astype(np.float64) - other[part]) ** 2).mean())
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8], box: Inner) -> float:
    """Structural similarity in the box, 1 where they agree."""
    from skimage.metrics import structural_similarity

    left, top, right, bottom = box
    part = np.s_[top:bottom, left:right]
    alike = structural_similarity(one[part], other[part], channel_axis=2)  # type: ignore[no-untyped-call]
    return float(alike)


def ssim_slopes(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The same of two pictures (1 x 3 x H x W, 0..255), with slopes."""
    from torch.nn import functional as F

    def mean(x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(x, WINDOW, 1)

    sample = WINDOW**2 / (WINDOW**2 - 1)
    a, b = mean(one), mean(other)
    aa = sample * (mean(one * one) - a * a)
    bb = sample * (mean(other * other) - b * b)
    ab = sample * (mean(one * other) - a * b)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * a * b + c1) * (2 * ab + c2) / ((a * a + b * b + c1) * (aa + bb + c2))
    return alike.mean()


def most_error(decibels: float) -> float:
    """The mean squared error at which two photos are so many decibels apart."""
    return float(255**2 / 10 ** (decibels / 10))
