"""Turns and cuts put pixels where they say, and the signs of a pose are as documented."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, geometry
from ml.contracts import DETECTION, MESH, Pose, View
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights

SQUARE = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)]


def dotted(width: int, height: int, x: int, y: int, side: int = 1) -> NDArray[np.uint8]:
    """A black photo with a white square whose middle is (x, y)."""
    pixels = np.zeros((height, width, 3), np.uint8)
    half = side // 2
    pixels[y - half : y + half + 1, x - half : x + half + 1] = 255
    return pixels


def middle(chip: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the light of a chip lies."""
    rows, columns = np.mgrid[: chip.shape[0], : chip.shape[1]]
    light = chip[..., 0].astype(float)
    return (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()


def test_finds_the_turn_scale_and_shift_between_two_sets_of_points() -> None:
    made = geometry.square((40, 30), 80, 25, 64)
    found = geometry.similarity(SQUARE, geometry.moved(made, SQUARE))
    assert np.allclose(found, made)


def test_never_mirrors_even_where_that_would_fit_better() -> None:
    mirrored = [(-x, y) for x, y in SQUARE]
    matrix = geometry.similarity([*SQUARE, (3, 9)], [*mirrored, (-3, 9)])
    assert np.linalg.det(matrix[:, :2]) > 0


def test_the_way_back_leads_back() -> None:
    there = geometry.square((40, 30), 80, -70, 64)
    back = geometry.inverse(there)
    assert np.allclose(geometry.moved(back, geometry.moved(there, SQUARE)), SQUARE)
    assert geometry.scale(there) == pytest.approx(64 / 80)


def test_a_square_is_centred_in_its_chip() -> None:
    assert np.allclose(geometry.moved(geometry.square((40, 30), 80, 33, 65), [(40, 30)]), 32)


@pytest.mark.parametrize("side", [30.0, 64.0, 200.0, 700.0], ids=lambda side: f"side {side:.0f}")
@pytest.mark.parametrize("angle", [0.0, 20.0, 200.0])
def test_a_chip_shows_a_point_where_the_transform_says(side: float, angle: float) -> None:
    pixels = dotted(1000, 800, 523, 411, side=int(side / 15) | 1)
    cut = geometry.square((515, 405), side, angle, 64)
    chip = geometry.chip(Picture(pixels), cut, 64)
    assert np.allclose(middle(chip), geometry.moved(cut, [(523, 411)])[0], atol=0.1)


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 200
    chip = geometry.chip(Picture(stripes), geometry.square((320, 320), 512, 0, 32), 32)
    assert abs(chip.astype(int) - 100).max() <= 3


def test_beyond_the_photo_a_chip_is_black_or_repeats_the_border() -> None:
    white = np.full((50, 50, 3), 255, np.uint8)
    for side in (60.0, 600.0):
        cut = geometry.square((0, 0), side, 0, 40)
        assert geometry.chip(Picture(white), cut, 40)[0, 0].max() == 0
        assert geometry.chip(Picture(white), cut, 40, repeat_border=True).min() == 255


@pytest.mark.parametrize("side", [30.0, 3000.0])
def test_a_chip_wholly_beyond_the_photo_is_black(side: float) -> None:
    white = np.full((50, 50, 3), 255, np.uint8)
    chip = geometry.chip(Picture(white), geometry.square((-9000, -9000), side, 10, 40), 40)
    assert chip.shape == (40, 40, 3) and chip.max() == 0


def test_roll_is_clockwise_and_takes_what_it_can_get() -> None:
    tilted = np.array([cos(radians(20)), sin(radians(20))])
    down = np.array([-tilted[1], tilted[0]])
    assert geometry.roll(tilted, down) == pytest.approx(20)
    assert geometry.roll((0, 0), down) == pytest.approx(20)  # in profile the eyes coincide
    assert geometry.roll(tilted, (0, 0)) == pytest.approx(20)


def turned(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """A rotation by hand: roll, then pitch (chin up), then yaw (towards the photo's right)."""
    a, b, c = map(radians, (yaw, pitch, roll))
    sideways = np.array([(cos(a), 0, -sin(a)), (0, 1, 0), (sin(a), 0, cos(a))])
    nod = np.array([(1, 0, 0), (0, cos(b), sin(b)), (0, -sin(b), cos(b))])
    tilt = np.array([(cos(c), -sin(c), 0), (sin(c), cos(c), 0), (0, 0, 1)])
    turn: NDArray[np.float64] = sideways @ nod @ tilt
    return turn


@pytest.mark.parametrize("angles", [(0, 0, 0), (30, 0, 0), (0, 20, 0), (0, 0, -40), (-50, 15, 170)])
def test_reads_the_angles_a_head_was_turned_by(angles: tuple[float, float, float]) -> None:
    pose = geometry.pose(turned(*angles))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx(angles)
    assert geometry.rotation(pose) == pytest.approx(turned(*angles))


def test_the_signs_are_as_documented() -> None:
    nose = np.array([0, 0, -1])  # towards the viewer
    assert (turned(30, 0, 0) @ nose)[0] > 0  # yaw: to the right edge
    assert (turned(0, 30, 0) @ nose)[1] < 0  # pitch: up
    assert (turned(0, 0, 30) @ (1, 0, 0))[1] > 0  # roll: the right side of the face goes down


def posed(picture: Picture, pool: Pool) -> Pose:
    detected = pool.run("centerface", View(picture))
    meshes = pool.run("mediapipe-mesh", View(picture, detected.faces, {DETECTION: detected}))
    output = pool.run("mesh-pose", View(picture, detected.faces, {MESH: meshes}))
    pose: Pose = output.data.poses[0]
    return pose


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def mirrored(picture: Picture) -> Picture:
    return Picture(np.ascontiguousarray(picture.pixels[:, ::-1]))


def test_a_photo_turned_clockwise_has_a_positive_roll(astronaut: Path, pool: Pool) -> None:
    picture = decode.picture(astronaut)
    cut = geometry.square((256, 256), 512, -20, 512)
    tilted = Picture(geometry.chip(picture, cut, 512))
    assert posed(tilted, pool).roll == pytest.approx(posed(picture, pool).roll + 20, abs=3)
    assert posed(mirrored(tilted), pool).roll == pytest.approx(-posed(tilted, pool).roll, abs=3)


def test_mirroring_a_face_turned_to_the_right_turns_its_yaw_around(
    shared: Path, pool: Pool
) -> None:
    picture = decode.picture(shared / "photos" / "faces" / "heavy-makeup.jpg")
    pose, other = posed(picture, pool), posed(mirrored(picture), pool)
    assert pose.yaw > 20
    assert (-other.yaw, other.pitch) == pytest.approx((pose.yaw, pose.pitch), abs=5)
