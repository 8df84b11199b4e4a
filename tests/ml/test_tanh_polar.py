"""The tanh-polar warp: points by hand, borders, turned faces, and there and back again."""

from __future__ import annotations

from math import atanh, pi, sqrt, tanh
from pathlib import Path

import numpy as np
import pytest

from ml import decode, geometry
from ml.tanh_polar import Ellipse, around, from_polar, to_polar, unwarp, warp
from ml.types import Box

ROUND = Ellipse((100, 60), 20, 20)
OVAL = Ellipse((100, 60), 20, 30)


def test_the_ellipse_has_the_boxs_centre_proportions_and_area() -> None:
    face = around(Box(10, 20, 50, 100))
    assert face.centre == pytest.approx((30, 60))
    assert pi * face.half_width * face.half_height == pytest.approx(40 * 80)
    assert face.half_height / face.half_width == pytest.approx(2)
    assert face.half_width == pytest.approx(40 / sqrt(pi))


def test_points_by_hand() -> None:
    right, below, left, above = [(120, 60), (100, 90), (80, 60), (100, 30)]
    found = to_polar([right, below, left, above], OVAL)
    assert found[:, 0] == pytest.approx([tanh(1)] * 4)
    assert found[:, 1] == pytest.approx([0, pi / 2, pi, 3 * pi / 2])
    assert to_polar([OVAL.centre], OVAL)[0, 0] == pytest.approx(0)
    assert to_polar([(140, 60)], OVAL)[0, 0] == pytest.approx(tanh(2))


def test_half_the_radius_by_hand() -> None:
    (point,) = from_polar([(0.5, pi)], ROUND)
    assert point == pytest.approx((100 - 20 * atanh(0.5), 60))


def test_points_come_back() -> None:
    points = np.random.default_rng(1).uniform((0, 0), (200, 160), (500, 2))
    tilted = Ellipse((100, 60), 20, 30, roll=25)
    assert from_polar(to_polar(points, tilted), tilted) == pytest.approx(points, abs=1e-6)


def test_what_is_infinitely_far_away_stays_a_number() -> None:
    assert np.isfinite(from_polar([(1.0, 0.3)], ROUND)).all()
    assert to_polar([(1e9, 60)], ROUND)[0, 0] == pytest.approx(1)


def test_a_turned_face_lands_where_the_upright_one_does() -> None:
    points = np.random.default_rng(2).uniform((60, 20), (140, 100), (200, 2))
    turn = geometry.square(OVAL.centre, 100, -30, 100)  # turns points by 30 degrees
    moved = geometry.moved(turn, points)
    (centre,) = geometry.moved(turn, [OVAL.centre])
    tilted = Ellipse((centre[0], centre[1]), 20, 30, roll=30)
    assert to_polar(moved, tilted) == pytest.approx(to_polar(points, OVAL), abs=1e-6)


def test_a_photo_comes_back_where_the_face_is_and_coarser_the_farther_away(astronaut: Path) -> None:
    photo = decode.picture(astronaut).pixels
    face = around(Box(170, 60, 280, 200))
    back = unwarp(warp(photo, face, 512), face, (512, 512))
    off = np.abs(back.astype(float) - photo).mean(2)
    y, x = np.mgrid[:512, :512]
    radius = to_polar(np.column_stack([x.ravel(), y.ravel()]), face)[:, 0].reshape(512, 512)
    inside, near = off[radius < tanh(1)].mean(), off[(radius > tanh(1)) & (radius < 0.95)].mean()
    assert inside < 3 < near * 3
    assert inside < near


def test_labels_do_not_mix_and_come_back() -> None:
    labels = np.zeros((120, 200), np.uint8)
    labels[40:80, 90:110] = 7
    back = unwarp(warp(labels, OVAL, 256, nearest=True), OVAL, (200, 120), nearest=True)
    assert set(np.unique(back)) == {0, 7}
    assert (back != labels).mean() < 0.01


def test_there_is_no_seam_where_the_angles_begin() -> None:
    flat = np.full((120, 200), 90, np.uint8)
    assert (unwarp(warp(flat, ROUND, 64), ROUND, (200, 120))[50:70, 90:110] == 90).all()


def test_beyond_the_photo_is_black() -> None:
    warped = warp(np.full((60, 80), 255, np.uint8), Ellipse((40, 30), 20, 20), 64)
    assert (warped[:, 10] == 255).all()
    assert (warped[:, -1] == 0).all()  # nearly three radii away, in every direction
