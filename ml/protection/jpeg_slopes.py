"""JPEG in torch, so that a change can be made to outlive it: what it loses, and slopes through it.

Rounding has no slope; here it is taken to have that of doing nothing (Shin and Song, JPEG-resistant
Adversarial Images, 2017, and the straight-through estimator of Bengio et al., 2013). The colour
difference is halved in size, as Pillow and libjpeg do unasked (ITU-T T.81; JFIF 1.02).
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

BLOCK = 8
# RGB to luma and the two colour differences (JFIF 1.02), and back.
TO_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)
TO_RGB = np.linalg.inv(TO_YCC).astype(np.float32)


def jpeg(pixels: torch.Tensor, quality: int) -> torch.Tensor:
    """Pixels (N x 3 x H x W, RGB 0..255) as they come back from a JPEG of that quality."""
    import torch
    from torch.nn import functional as F

    high, wide = pixels.shape[2:]
    padded = F.pad(pixels, (0, -wide % 16, 0, -high % 16), mode="replicate")
    ycc = torch.einsum("ck,nkhw->nchw", torch.from_numpy(TO_YCC), padded)
    luma, colour = ycc[:, :1] - 128, F.avg_pool2d(ycc[:, 1:], 2)
    for_luma, for_colour = tables(quality)
    luma = _quantised(luma, for_luma) + 128
    colour = F.interpolate(_quantised(colour, for_colour), scale_factor=2, mode="bilinear")
    back = torch.einsum("ck,nkhw->nchw", torch.from_numpy(TO_RGB), torch.cat([luma, colour], 1))
    return back[..., :high, :wide].clamp(0, 255)


def _quantised(plane: torch.Tensor, table: NDArray[np.float32]) -> torch.Tensor:
    """N x C x H x W in blocks of 8 x 8: transformed, rounded to the table's steps, and back."""
    import torch

    n, c, high, wide = plane.shape
    turn, steps = torch.from_numpy(_cosines()), torch.from_numpy(table)
    blocks = plane.reshape(n, c, high // BLOCK, BLOCK, wide // BLOCK, BLOCK).transpose(3, 4)
    parts = turn @ blocks @ turn.T / steps
    rounded = parts + (parts.round() - parts).detach()
    whole = turn.T @ (rounded * steps) @ turn
    return whole.transpose(3, 4).reshape(n, c, high, wide)


@cache
def tables(quality: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The steps of luma and colour, 8 x 8 each, as the encoder itself chooses them."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (BLOCK, BLOCK)).save(file, "JPEG", quality=quality)
    found = Image.open(file).quantization  # type: ignore[attr-defined]
    luma, colour = (np.array(found[at], np.float32).reshape(BLOCK, BLOCK) for at in (0, 1))
    return luma, colour


@cache
def _cosines() -> NDArray[np.float32]:
    """8 x 8, orthonormal: the discrete cosine transform."""
    from scipy.fft import dct

    made: NDArray[np.float32] = dct(np.eye(BLOCK), axis=0, norm="ortho").astype(np.float32)
    return made
