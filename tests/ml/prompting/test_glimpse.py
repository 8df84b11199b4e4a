"""What a log-polar glimpse sees: all of it sharp in the middle, and ever less around."""

from __future__ import annotations

import numpy as np
import pytest

from ml.prompting.glimpse import BEYOND, Retina
from ml.types import Picture

RETINA = Retina(fovea=16, reach=4.0)
MIDDLE = (200, 150)


def noise() -> Picture:
    return Picture(np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8))


def test_the_fovea_holds_the_pixels_themselves() -> None:
    picture = noise()
    glimpse = RETINA.glimpse(picture, MIDDLE)
    assert (glimpse.centre == picture.pixels[134:166, 184:216]).all()
    assert (glimpse.unrolled()[48:80, 48:80] == glimpse.centre).all()


def test_it_costs_what_it_holds() -> None:
    glimpse = RETINA.glimpse(noise(), MIDDLE)
    held = glimpse.centre[..., 0].size + glimpse.around[..., 0].size
    assert RETINA.samples == held < glimpse.box.area / 4


def test_samples_lie_as_far_apart_along_a_ring_as_between_rings() -> None:
    along = 2 * np.pi * RETINA.radii / RETINA.angles
    assert np.diff(RETINA.radii) == pytest.approx(along[:-1], rel=0.05)
    assert RETINA.spacing(float(RETINA.radii[-1])) == pytest.approx(along[-1], rel=0.01)


def test_far_out_fine_detail_is_averaged() -> None:
    seen = RETINA.glimpse(noise(), MIDDLE).unrolled().astype(float)
    near, far = seen[64, 68:78].std(), seen[64, :8].std()
    assert near > 60 and far < near / 1.5


def test_things_are_where_they_are() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[:, :200, 0] = 255  # red to the left
    pixels[:150, :, 1] = 255  # green above
    seen = RETINA.glimpse(Picture(pixels), MIDDLE).unrolled()
    assert (seen[64, :40, 0] > 200).all() and (seen[64, 88:, 0] < 50).all()
    assert (seen[:40, 64, 1] > 200).all() and (seen[88:, 64, 1] < 50).all()


def test_beyond_the_border_it_is_grey() -> None:
    seen = RETINA.glimpse(Picture(np.full((300, 400, 3), 255, np.uint8)), (0, 150)).unrolled()
    assert np.abs(seen[:, :40].astype(int) - BEYOND).max() <= 2
    assert (seen[64, 80:] == 255).all()
