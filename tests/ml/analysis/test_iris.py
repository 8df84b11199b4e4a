"""Irises: where eyes are cut out, what the network sees in them, and when they are a ruler."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians
from pathlib import Path

import numpy as np
import pytest

from ml import decode, geometry
from ml.analysis import eyes
from ml.analysis.iris_mediapipe import said
from ml.contracts import DETECTION, IRIS, MESH, POSE, Iris, Irises, Output, Pose, View
from ml.evaluation.occluders import paste
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import A_FACE, BEYOND, TINY, cut_off, far_away, mirrored, upside_down

AHEAD = Pose(0, 0, 0)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def looked(pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None) -> Output:
    """What is read of the irises; faces: instead of those detected."""
    found = pool.run("centerface", View(picture)) if faces is None else Output(faces=faces)
    meshes = pool.run("mediapipe-mesh", View(picture, found.faces, {DETECTION: found}))
    poses = pool.run("mesh-pose", View(picture, found.faces, {MESH: meshes}))
    seen = View(picture, found.faces, {MESH: meshes, POSE: poses})
    return pool.run("mediapipe-iris", seen)


def both(output: Output, face: int = 0) -> tuple[Iris, Iris]:
    data: Irises = output.data
    pair = data.eyes[face]
    assert pair is not None and pair[0] is not None and pair[1] is not None
    return pair[0], pair[1]


def enlarged(picture: Picture, times: int) -> Picture:
    return Picture(picture.pixels.repeat(times, 0).repeat(times, 1))


def flat_mesh() -> np.ndarray:
    """A face that looks straight ahead: eyes 40 wide and 40 apart, level at 100."""
    mesh = np.zeros((468, 3), np.float32)
    for vertex, x in zip((33, 133, 362, 263), (100, 140, 180, 220), strict=True):
        mesh[vertex] = (x, 100, 0)
    mesh[geometry.FOREHEAD], mesh[geometry.CHIN] = (160, 40, 0), (160, 220, 0)
    return mesh


def an_eye(x: float, diameter: float) -> Iris:
    r = diameter / 2
    points = np.array(
        [(x, 100), (x + r, 100), (x, 100 - r), (x - r, 100), (x, 100 + r)], np.float32
    )
    return Iris(points, np.zeros((71, 2), np.float32), eyes.diameter(points))


def test_an_eye_is_cut_out_around_its_corners() -> None:
    mesh = flat_mesh()
    cut = eyes.cut(mesh, 0)
    assert geometry.moved(cut, [(120, 100)])[0] == pytest.approx((31.5, 31.5))
    assert geometry.scale(cut) == pytest.approx(64 / (3 * 40))
    assert geometry.moved(cut, [(100, 100)])[0][0] == pytest.approx(31.5 - 20 * 64 / 120)
    assert geometry.moved(eyes.cut(mesh, 1), [(200, 100)])[0] == pytest.approx((31.5, 31.5))


def test_turning_the_head_does_not_tighten_the_cut() -> None:
    mesh = flat_mesh()
    mesh[133] = (100 + 24, 100, 32)  # 40 away, seen from the side
    assert geometry.scale(eyes.cut(mesh, 0)) == pytest.approx(64 / (3 * 40))


def test_a_tilted_eye_lies_level_in_its_chip() -> None:
    mesh = flat_mesh()
    mesh[33], mesh[133] = (100, 100, 0), (130, 140, 0)
    for side, (left, right) in ((0, (33, 133)), (1, (362, 263))):
        ends = geometry.moved(eyes.cut(mesh, side), mesh[[left, right], :2])
        assert ends[0][1] == pytest.approx(ends[1][1]) and ends[0][0] < ends[1][0]


def test_what_is_seen_in_a_left_eye_is_mirrored_back() -> None:
    mesh = flat_mesh()
    outer = np.array([(31.5 - 20 * 64 / 120, 31.5, 0)], np.float32)  # as in a right eye's chip
    assert eyes.back(outer, eyes.cut(mesh, 0), 0)[0] == pytest.approx((100, 100), abs=1e-3)
    assert eyes.back(outer, eyes.cut(mesh, 1), 1)[0] == pytest.approx((220, 100), abs=1e-3)


def test_an_eye_out_of_the_photo_or_behind_the_nose_is_not_looked_at() -> None:
    mesh, wide = flat_mesh(), Picture(np.zeros((300, 400, 3), np.uint8))
    assert eyes.visible(mesh, 0, wide) and eyes.visible(mesh, 1, wide)
    narrow = Picture(np.zeros((300, 150, 3), np.uint8))
    assert eyes.visible(mesh, 0, narrow) and not eyes.visible(mesh, 1, narrow)
    turn = np.array([(cos(radians(60)), 0, 0), (0, 1, 0), (np.sin(radians(60)), 0, 0)], np.float32)
    turned = (mesh - (160, 100, 0)) @ turn.T + (160, 100, 0)
    assert eyes.visible(turned.astype(np.float32), 0, wide)
    assert not eyes.visible(turned.astype(np.float32), 1, wide)


def test_the_gap_between_lids_is_told_in_widths_of_the_eye() -> None:
    contour = np.zeros((71, 2), np.float32)
    contour[[0, 8]] = (0, 0), (40, 0)
    contour[3:6, 1], contour[11:14, 1] = 6, -4
    assert eyes.gap(Iris(np.zeros((5, 2), np.float32), contour, 10)) == pytest.approx(0.25)


def distance(right: Iris, left: Iris | None, pose: Pose) -> tuple[object, str]:
    *_, reading = said(0, (right, left), pose)
    assert reading.name == "inter-pupil distance" and reading.unit == "mm"
    return reading.value, reading.note


def test_millimetres_by_hand() -> None:
    right, left = an_eye(100, 10), an_eye(153, 10)
    assert distance(right, left, AHEAD) == (62.0, "")  # 53 / 10 * 11.7
    assert distance(right, left, Pose(20, 0, 0)) == (round(62.01 / cos(radians(20)), 1), "")


def test_millimetres_are_left_out_where_an_iris_is_no_ruler() -> None:
    right, left = an_eye(100, 10), an_eye(153, 10)
    assert distance(right, left, Pose(-26, 0, 0)) == (None, "turned too far")
    assert distance(right, None, AHEAD) == (None, "eyes not in sight")
    assert distance(an_eye(100, 7.4), an_eye(140, 7.4), AHEAD) == (None, "face too small")
    assert distance(right, an_eye(153, 13), AHEAD) == (None, "eyes not clear")


def test_a_face_that_is_too_small_says_so() -> None:
    assert {(one.value, one.note) for one in said(0, None, AHEAD)} == {(None, "face too small")}


def test_sees_the_astronauts_irises(astronaut: Path, pool: Pool) -> None:
    picture = enlarged(decode.picture(astronaut), 2)
    output = looked(pool, picture)
    right, left = both(output)
    assert right.points[0] == pytest.approx((408, 202), abs=4)
    assert left.points[0] == pytest.approx((492, 207), abs=4)
    assert right.diameter == pytest.approx(left.diameter, rel=0.15)
    width, apart = output.readings
    assert width.value == pytest.approx((right.diameter + left.diameter) / 2, abs=0.06)
    assert isinstance(apart.value, float) and 54 < apart.value < 72
    assert apart.interval and apart.interval[0] < apart.value < apart.interval[1]
    assert [mark.layer for mark in output.marks] == ["Iris", "Iris"]


def test_the_network_knows_right_eyes(astronaut: Path, pool: Pool) -> None:
    """Both contours begin in the outer corner, and mirroring the photo swaps the eyes."""
    picture = decode.picture(astronaut)
    right, left = both(looked(pool, picture))
    assert right.contour[0][0] < right.contour[8][0] < left.contour[8][0] < left.contour[0][0]
    other_right, other_left = both(looked(pool, mirrored(picture)))
    for eye, other in ((right, other_left), (left, other_right)):
        assert (511 - other.points[0][0], other.points[0][1]) == pytest.approx(
            tuple(eye.points[0]), abs=1.5
        )
        assert other.diameter == pytest.approx(eye.diameter, rel=0.15)


def test_all_eyes_of_a_photo_are_seen_in_one_call(
    astronaut: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = vars(pool.get("mediapipe-iris"))["_net"]
    calls, see = [], net.both
    monkeypatch.setattr(net, "both", lambda array: calls.append(len(array)) or see(array))
    pixels = decode.picture(astronaut).pixels
    output = looked(pool, Picture(np.ascontiguousarray(np.hstack([pixels] * 3))))
    assert calls == [6]
    alone, first, last = both(looked(pool, Picture(pixels))), both(output), both(output, 2)
    assert first[0].points == pytest.approx(alone[0].points, abs=1.5)
    assert last[1].points - (1024, 0) == pytest.approx(alone[1].points, abs=1.5)


def drawing() -> Picture:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((60, 30, 240, 270), outline="black", width=4)
    for x in (115, 185):
        pen.ellipse((x - 18, 115, x + 18, 137), outline="black", width=3)
        pen.ellipse((x - 8, 118, x + 8, 134), fill="black")
    pen.arc((110, 170, 190, 220), 10, 170, fill="black", width=4)
    return Picture(np.asarray(image).copy())


def hard(portrait: Picture) -> Iterator[tuple[Picture, tuple[Face, ...] | None]]:
    yield far_away(portrait), None
    yield far_away(portrait), (TINY,)
    yield upside_down(portrait), (Face(Box(230, 310, 340, 450), 0.9),)
    yield cut_off(portrait), (Face(Box(-40, -30, 60, 110), 0.9),)
    yield portrait, (A_FACE, TINY, BEYOND)
    yield drawing(), (Face(Box(60, 30, 240, 270), 0.9),)


def test_nothing_hard_to_see_breaks_it(astronaut: Path, pool: Pool) -> None:
    for picture, faces in hard(decode.picture(astronaut)):
        output = looked(pool, picture, faces)
        assert len(output.readings) == 2 * len(output.data.eyes)
        assert all(one.note or one.value is not None for one in output.readings)


def test_small_faces_are_too_small(astronaut: Path, pool: Pool) -> None:
    output = looked(pool, far_away(decode.picture(astronaut)), (TINY,))
    assert output.data.eyes == (None,) and output.marks == ()
    assert {one.note for one in output.readings} == {"face too small"}
    assert IRIS.data is type(output.data)


def test_a_profile_that_shows_an_ear_has_no_eyes_there(shared: Path, pool: Pool) -> None:
    output = looked(pool, decode.picture(shared / "photos" / "faces" / "orchestra.jpg"))
    assert any(pair is not None and None in pair for pair in output.data.eyes)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_iris_is_told_behind_sunglasses(pool: Pool, astronaut: Path, seed: int) -> None:
    picture = decode.picture(astronaut)
    found = pool.run("centerface", View(picture))
    meshes = pool.run("mediapipe-mesh", View(picture, found.faces, {DETECTION: found}))
    draw = np.random.default_rng(seed)
    dark, _ = paste("sunglasses", picture, meshes.data.points[0], draw)
    output = looked(pool, dark, found.faces)
    assert output.data.eyes == ((None, None),) and not output.marks
    assert {(one.value, one.note) for one in output.readings} == {(None, "eyes covered")}
    clear, _ = paste("glasses", picture, meshes.data.points[0], draw)
    assert all(one.note != "eyes covered" for one in looked(pool, clear, found.faces).readings)
