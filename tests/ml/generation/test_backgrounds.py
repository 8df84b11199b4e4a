"""What a portrait is put before holds nothing of the person, and the person nothing of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml import matting
from ml.contracts.portraits import Drawing, Floats, Portrayer, Wish
from ml.generation.backgrounds import Background, Behind, before, blurred, fitted, made

SIDE = 128
RED, BLUE = np.array((0.9, 0.1, 0.1), np.float32), np.array((0.1, 0.2, 0.8), np.float32)


class Dummy(Portrayer):
    """A red disc of a person before blue, with a soft edge."""

    def __init__(self) -> None:
        y, x = np.mgrid[:SIDE, :SIDE]
        far = np.hypot(x - 64, y - 70).astype(np.float32)
        self.alpha = ((40 - far) / 6 + 0.5).clip(0, 1)
        flat = np.ones((SIDE, SIDE, 3), np.float32)
        self.pixels = matting.composed(flat * RED, self.alpha, flat * BLUE)
        self.mesh = np.zeros((468, 3))
        self.unit = 30.0

    @property
    def behind(self) -> Floats:
        return matting.filled(self.pixels, (self.alpha < 0.01).astype(np.float32))

    def drawing(self, wish: Wish) -> Drawing:
        front = matting.foreground(self.pixels, self.alpha)
        return Drawing(front, self.alpha, self.mesh, 0.0)


PERSON = Dummy()


def put(background: Background) -> Floats:
    return before(PERSON, PERSON.drawing(Wish()), background)


def test_a_colour_is_that_colour_where_nobody_is() -> None:
    made = put(Background(Behind.COLOUR, colour=(10, 200, 30)))
    nobody = PERSON.alpha == 0
    assert np.allclose(made[nobody], np.array((10, 200, 30)) / 255, atol=1e-6)
    assert np.allclose(made[PERSON.alpha == 1][::50], RED, atol=0.02)


def test_nothing_of_the_old_background_shines_at_the_edge() -> None:
    made = put(Background(Behind.COLOUR, colour=(255, 255, 255)))
    edge = (PERSON.alpha > 0.02) & (PERSON.alpha < 0.98)
    # Between red and white there is nothing that is bluer than red.
    assert (made[edge][:, 2] - made[edge][:, 0]).max() < 0.02
    assert (PERSON.pixels[edge][:, 2] - PERSON.pixels[edge][:, 0]).max() > 0.3


def test_a_blurred_background_holds_nothing_of_the_person() -> None:
    behind = made(PERSON, Background(Behind.BLURRED, blur=1.0))
    assert np.allclose(behind, BLUE, atol=0.02), "and no halo where the edge was"


def test_blur_spreads_light_and_not_its_numbers() -> None:
    dot = np.zeros((SIDE, SIDE, 3), np.float32)
    dot[64, 64] = 1
    light = np.power(blurred(dot, 0.5), 2.2)
    assert light[..., 0].sum() == pytest.approx(1, abs=0.05)
    assert np.array_equal(blurred(dot, 0.0), dot)


def test_a_photo_is_cut_around_what_is_to_stay_in_sight() -> None:
    photo = np.zeros((60, 180, 3), np.uint8)
    photo[:, 120:] = 255
    assert fitted(photo, SIDE, (1.0, 0.5)).min() == 1
    assert fitted(photo, SIDE, (0.0, 0.5)).max() == 0
    tall = fitted(photo.transpose(1, 0, 2), SIDE, (0.5, 0.9))
    assert tall.shape == (SIDE, SIDE, 3) and tall.min() == 1


def test_no_photo_is_said() -> None:
    with pytest.raises(ValueError, match="no photo"):
        made(PERSON, Background(Behind.PHOTO))


def test_studio_light_falls_off_without_steps_and_the_same_each_time() -> None:
    grey = Background(Behind.STUDIO, colour=(140, 140, 140))
    first, again = made(PERSON, grey), made(PERSON, replace(grey))
    assert np.array_equal(first, again)
    middle, corner = first[45:60, 58:70].mean(), first[:10, :10].mean()
    assert middle > corner + 0.05
    rows = (first * 255 + 0.5).astype(np.uint8)[100, :, 0].astype(int)
    assert np.abs(np.diff(rows)).max() <= 4


def test_as_in_the_photo_is_what_was_behind() -> None:
    assert np.array_equal(made(PERSON, Background()), PERSON.behind)
