"""Journeys of photos, and JPEG with slopes, against the encoder itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode
from ml.protection import journeys
from ml.protection.jpeg_slopes import jpeg
from ml.protection.likeness_limits import ssim, ssim_slopes
from ml.types import Box, Face, Points

FACE = Face(Box(181, 58, 270, 178), 0.9, Points("centerface-5", ((205, 110), (245, 108))))


@pytest.fixture(scope="module")
def pixels(astronaut: Path) -> np.ndarray:
    return decode.picture(astronaut).pixels


def tensor(pixels: np.ndarray):  # type: ignore[no-untyped-def]
    import torch

    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]


@pytest.mark.parametrize("quality", [95, 75, 50])
def test_jpeg_in_torch_loses_what_the_encoder_loses(pixels: np.ndarray, quality: int) -> None:
    part = pixels[:203, :317]  # no whole blocks
    mine = jpeg(tensor(part), quality)[0].permute(1, 2, 0).numpy()
    theirs = journeys.through(part, "JPEG", quality).astype(np.float32)
    lost = np.sqrt(((part - theirs) ** 2).mean())
    assert np.sqrt(((mine - theirs) ** 2).mean()) < 0.5 * lost + 0.4  # rounding


def test_slopes_pass_through_jpeg(pixels: np.ndarray) -> None:
    x = tensor(pixels[:64, :64]).requires_grad_()
    jpeg(x, 75).sum().backward()  # type: ignore[no-untyped-call]
    assert float(x.grad.mean()) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("name", journeys.JOURNEYS)
def test_the_face_is_found_where_it_went(name: str, pixels: np.ndarray) -> None:
    there = journeys.arrived(name, pixels, FACE)
    box, wide = there.face.box, there.picture.size[0]
    scale = box.width / FACE.box.width
    assert box.height / FACE.box.height == pytest.approx(scale)
    assert 0 < box.left < box.right <= wide
    x, y = there.face.points.xy[0]
    assert (x - box.left) / box.width == pytest.approx((205 - 181) / 89)
    middle = there.picture.pixels[int(box.centre[1]), int(box.centre[0])].astype(int)
    assert np.abs(middle - pixels[118, 225]).max() < 40
    assert y > box.top


def test_ssim_with_slopes_is_ssim(pixels: np.ndarray) -> None:
    other = journeys.through(pixels, "JPEG", 50)
    high, wide = pixels.shape[:2]
    mine = float(ssim_slopes(tensor(other), tensor(pixels)))
    assert mine == pytest.approx(ssim(pixels, other, (0, 0, wide, high)), abs=1e-4)
