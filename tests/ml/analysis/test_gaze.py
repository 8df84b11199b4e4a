"""Gaze: an eyeball by hand, signs that mirroring keeps, and who looks at whom."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, degrees, hypot
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, geometry
from ml.analysis.gaze_iris import PIVOT, RADIUS, at_camera, gaze, looking, ray
from ml.contracts import DETECTION, IRIS, MESH, POSE, Gaze, Iris, Output, View
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import TINY, mirrored
from tests.ml.analysis.test_iris import hard
from tests.ml.test_geometry import turned

APART = 100.0  # pixels between the outer corners of the eyes in the meshes below
Eyes = tuple[Iris | None, Iris | None]


def mesh_of(turn: NDArray[np.float64], at: tuple[float, float] = (0, 0)) -> NDArray[np.float32]:
    """A head whose axes are the columns of `turn`; at: x and y between its eyes."""
    straight = turn @ geometry.axes(UPRIGHT).T  # so that `geometry.axes` gives `turn`
    return (UPRIGHT @ straight.T + (*at, 0)).astype(np.float32)


UPRIGHT = np.zeros((468, 3), np.float32)
for _vertex, _x in zip((33, 133, 362, 263), (-50, -18, 18, 50), strict=True):
    UPRIGHT[_vertex] = (_x, 0, 0)
UPRIGHT[geometry.FOREHEAD], UPRIGHT[geometry.CHIN] = (0, -60, 0), (0, 120, 0)


def eyes_of(mesh: NDArray[np.float32], shifts: Sequence[tuple[float, float]], gap: float) -> Eyes:
    """Irises so far from the middles between the corners of the lids; gap: between the lids."""
    made = []
    for (outer, inner), shift in zip(((33, 133), (263, 362)), shifts, strict=True):
        contour = np.zeros((71, 2), np.float32)
        contour[0], contour[8] = mesh[outer, :2], mesh[inner, :2]
        middle = (contour[0] + contour[8]) / 2
        half = np.array([0, gap / 2])
        contour[1:8], contour[9:16] = middle + half, middle - half
        made.append(Iris(np.tile(middle + shift, (5, 1)).astype(np.float32), contour, 12.0))
    return made[0], made[1]


def ahead(x: float = 0.0, y: float = 0.0) -> list[tuple[float, float]]:
    """Where irises of an upright head are that looks at the camera, moved by x and y pixels."""
    out, down, _ = PIVOT
    return [(side * out * APART + x, down * APART + y) for side in (-1, 1)]


def found(mesh: NDArray[np.float32], eyes: Eyes | None) -> Gaze:
    one = gaze(mesh, eyes)
    assert isinstance(one, Gaze)
    return one


STRAIGHT = mesh_of(np.eye(3))


def test_irises_in_the_middle_look_into_the_camera() -> None:
    one = found(STRAIGHT, eyes_of(STRAIGHT, ahead(), 9))
    assert one.vector == pytest.approx((0, 0, -1), abs=1e-5)
    assert (one.yaw, one.pitch) == pytest.approx((0, 0), abs=1e-3)


def test_the_eyeball_by_hand() -> None:
    half = RADIUS * APART / 2  # the sine of 30 degrees, in radii
    one = found(STRAIGHT, eyes_of(STRAIGHT, ahead(x=half), 9))
    assert (one.yaw, one.pitch) == pytest.approx((30, 0), abs=0.01)  # to the photo's right
    one = found(STRAIGHT, eyes_of(STRAIGHT, ahead(y=-half), 9))
    assert (one.yaw, one.pitch) == pytest.approx((0, 30), abs=0.01)  # up
    assert hypot(*one.vector) == pytest.approx(1)


def test_the_heads_turn_is_part_of_the_gaze() -> None:
    """Turned by 30 degrees, the point an eye turns around lies .018 to the other side; an iris
    that stays in the middle of the lids has turned by .018 / .108."""
    mesh = mesh_of(turned(30, 0, 0))
    out = PIVOT[0] * APART * np.cos(np.radians(30))
    eyes = eyes_of(mesh, [(-out, PIVOT[1] * APART), (out, PIVOT[1] * APART)], 6)
    assert found(mesh, eyes).yaw == pytest.approx(degrees(asin(1 / 6)), abs=0.1)
    assert found(mesh, eyes).pitch == pytest.approx(0, abs=0.1)


def test_a_pupil_too_far_aside_still_gives_a_direction() -> None:
    one = looking(3, 4)
    assert one.vector == pytest.approx((0.582, 0.776, -0.243), abs=1e-3)


def test_says_why_there_is_none() -> None:
    eyes = eyes_of(STRAIGHT, ahead(), 9)
    assert gaze(None, None) == gaze(STRAIGHT, None) == "face too small"
    assert gaze(STRAIGHT, (None, None)) == "eyes not in sight"
    assert gaze(STRAIGHT, eyes_of(STRAIGHT, ahead(), 2)) == "eyes closed or nearly so"
    assert gaze(STRAIGHT, (eyes[0], eyes_of(STRAIGHT, ahead(x=7), 9)[1])) == "eyes not clear"
    assert gaze(STRAIGHT, eyes_of(STRAIGHT, ahead(x=10), 9)) == "eyes not clear"  # 68 degrees


def test_one_eye_is_enough_and_an_open_one_counts_more() -> None:
    open_, shut = eyes_of(STRAIGHT, ahead(), 9), eyes_of(STRAIGHT, ahead(x=3), 1)
    assert found(STRAIGHT, (open_[0], None)).yaw == pytest.approx(0, abs=1e-3)
    between = found(STRAIGHT, (open_[0], shut[1])).yaw
    assert 0 < between < found(STRAIGHT, (open_[0], eyes_of(STRAIGHT, ahead(x=3), 9)[1])).yaw


def test_the_camera_is_likelier_the_straighter_and_surer_the_larger() -> None:
    odds = [at_camera(looking(x, 0), 100) for x in (0, 0.1, 0.2, 0.3, 0.6)]
    assert odds == sorted(odds, reverse=True) and odds[0] > 0.95 and odds[-1] < 0.01
    assert at_camera(looking(0, 0), 25) < odds[0] and at_camera(looking(0.6, 0), 25) > odds[-1]


def test_the_ray_starts_between_the_eyes() -> None:
    mesh = mesh_of(np.eye(3), at=(200, 150))
    ((start, end),) = ray(0, mesh, looking(0.5, 0)).paths
    assert start == (200, 150) and end == (275, 150)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def looked(
    pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None
) -> tuple[tuple[Face, ...], Output]:
    seen = pool.run("centerface", View(picture)) if faces is None else Output(faces=faces)
    outputs = {DETECTION: seen}
    for name, task, needs in (
        ("mediapipe-mesh", MESH, (DETECTION,)),
        ("mesh-pose", POSE, (MESH,)),
        ("mediapipe-iris", IRIS, (MESH, POSE)),
    ):
        given = {need: outputs[need] for need in needs}
        outputs[task] = pool.run(name, View(picture, seen.faces, given))
    given = {task: outputs[task] for task in (MESH, IRIS)}
    return seen.faces, pool.run("iris-gaze", View(picture, seen.faces, given))


def test_the_astronaut_looks_at_the_camera(astronaut: Path, pool: Pool) -> None:
    _, output = looked(pool, decode.picture(astronaut))
    yaw, pitch, camera = output.readings
    assert (camera.name, camera.value) == ("looks at the camera", "yes")
    assert camera.score and camera.score > 0.7
    assert abs(float(yaw.value or 0)) < 10 and abs(float(pitch.value or 0)) < 10
    assert [(mark.layer, mark.on) for mark in output.marks] == [("Gaze", False)]


def mirror_pairs(pool: Pool, picture: Picture) -> list[tuple[Gaze, Gaze]]:
    """Gazes of a face in the photo and in its mirror image, where both were read."""
    faces, output = looked(pool, picture)
    others, other = looked(pool, mirrored(picture))
    width, pairs = picture.size[0] - 1, []
    for face, one in zip(faces, output.data.gazes, strict=True):
        x, y = face.box.centre
        for there, two in zip(others, other.data.gazes, strict=True):
            near = hypot(width - there.box.centre[0] - x, there.box.centre[1] - y)
            if one and two and near < 0.3 * face.box.width:
                pairs.append((one, two))
    return pairs


def test_mirroring_turns_yaw_around_and_keeps_pitch(astronaut: Path, pool: Pool) -> None:
    ((one, two),) = mirror_pairs(pool, decode.picture(astronaut))
    assert (-two.yaw, two.pitch) == pytest.approx((one.yaw, one.pitch), abs=4)


def test_mirrored_photos_agree(shared: Path, pool: Pool) -> None:
    photos = sorted((shared / "photos" / "faces").glob("*.jpg"))
    pairs = [pair for path in photos for pair in mirror_pairs(pool, decode.picture(path))]
    assert len(pairs) >= 20
    assert median(abs(one.yaw + two.yaw) for one, two in pairs) < 3
    assert median(abs(one.pitch - two.pitch) for one, two in pairs) < 3
    aside = [(one, two) for one, two in pairs if abs(one.yaw) > 10]
    assert aside and sum(one.yaw * two.yaw < 0 for one, two in aside) >= 0.9 * len(aside)


def test_nothing_hard_to_see_breaks_it(astronaut: Path, pool: Pool) -> None:
    for picture, faces in hard(decode.picture(astronaut)):
        seen, output = looked(pool, picture, faces)
        about = [one for one in output.readings if one.face is not None]
        assert len(about) == 3 * len(seen) == 3 * len(output.data.gazes)
        assert all(one.note or one.value is not None for one in about)


def test_small_faces_are_too_small(astronaut: Path, pool: Pool) -> None:
    _, output = looked(pool, decode.picture(astronaut), (TINY,))
    assert output.data.gazes == (None,) and output.marks == ()
    assert {one.note for one in output.readings} == {"face too small"}
