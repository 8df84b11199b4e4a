"""Pose: what is not measured, who faces the camera, and what users of a pose make of profiles."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest

from ml import decode
from ml.analysis.pose_mesh import eyes_apart, off_axis, said, towards
from ml.contracts import ACTION_UNITS, DETECTION, GAZE, IRIS, MESH, POSE, Output, Pose, View
from ml.evaluation.looking import installed
from ml.pool import Pool
from ml.registry import Task, best
from ml.types import Box, Face, Picture, Points
from ml.weights import Weights
from tests.contracts.pictures import mirrored


def face(
    eyes: tuple[float, float], mouth: tuple[float, float], nose: float, tilt: float = 0.0
) -> Face:
    """Eyes at -50, mouth at 50, seen from in front; tilt: clockwise, in degrees."""
    points = np.array([(eyes[0], -50), (eyes[1], -50), (nose, 0), (mouth[0], 50), (mouth[1], 50)])
    a = radians(tilt)
    xy = points @ np.array([(cos(a), sin(a)), (-sin(a), cos(a))]) + 200
    return Face(
        Box(100, 100, 300, 300), 0.9, Points("centerface-5", tuple(map(tuple, xy.tolist())))
    )


@pytest.mark.parametrize("tilt", [0, 40, -100, 180])
def test_eyes_are_told_apart_across_the_face(tilt: float) -> None:
    """In distances from eyes to mouth, however the head is tilted."""
    assert eyes_apart(face((-47, 47), (-40, 40), 0, tilt)) == pytest.approx(0.94)
    assert eyes_apart(face((-20, 0), (-18, -2), -40, tilt)) == pytest.approx(0.2)
    assert eyes_apart(face((5, -5), (3, -3), 40, tilt)) == pytest.approx(-0.1)


def test_without_points_nobody_knows() -> None:
    assert eyes_apart(Face(Box(0, 0, 9, 9), 0.9)) is None


def test_faces_the_camera_by_hand() -> None:
    assert off_axis(Pose(30, 0, 80)) == pytest.approx(30)
    assert off_axis(Pose(0, -20, 0)) == pytest.approx(20)
    assert off_axis(Pose(60, 60, 0)) == pytest.approx(75.5, abs=0.1)  # cos = 1/4
    assert towards(Pose(25, 0, 0)) == pytest.approx(0.5)
    assert towards(Pose(-40, 0, 0)) == towards(Pose(40, 0, 0)) < 0.05


@pytest.mark.parametrize(
    ("pose", "word"),
    [
        (Pose(0, 0, 30), "yes"),
        (Pose(-15, 8, 0), "yes"),
        (Pose(24, 5, 0), "unsure"),
        (Pose(35, 0, 0), "no"),
        (Pose(0, -45, 0), "no"),
    ],
)
def test_says_who_faces_the_camera(pose: Pose, word: str) -> None:
    *_, reading = said(0, pose, "")
    assert (reading.name, reading.value) == ("faces the camera", word)
    assert reading.score is not None and (reading.score < 0.7) == (word == "unsure")


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def looked(
    pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None
) -> dict[Task[object], Output]:
    """What all models that use a pose say; faces: instead of those detected."""
    found = pool.run("centerface", View(picture)) if faces is None else Output(faces=faces)
    outputs: dict[Task[object], Output] = {DETECTION: found}
    for task in (MESH, POSE, IRIS, GAZE, ACTION_UNITS):
        card = best(task, installed(pool.weights))
        assert card is not None
        seen = View(picture, found.faces, {need: outputs[need] for need in card.needs})
        outputs[task] = pool.run(card.name, seen)
    return outputs


def test_a_profile_has_no_pose_and_nothing_that_needs_one(astronaut: Path, pool: Pool) -> None:
    """The detector's points are moved as they lie in a profile."""
    picture = decode.picture(astronaut)
    (seen,) = pool.run("centerface", View(picture)).faces
    assert seen.points is not None
    right_eye, left_eye, nose, right_mouth, left_mouth = np.array(seen.points.xy)
    close = np.array(
        [right_eye, right_eye + (left_eye - right_eye) * 0.2, nose, right_mouth, left_mouth]
    )
    moved = Points(seen.points.scheme, tuple(map(tuple, close.tolist())))
    outputs = looked(pool, picture, (Face(seen.box, seen.score, moved),))
    pose = outputs[POSE]
    assert pose.data.poses == (None,) and pose.marks == ()
    assert {(one.value, one.note) for one in pose.readings} == {(None, "in profile or half hidden")}
    assert outputs[IRIS].data.eyes == ((None, None),)
    assert {one.note for one in outputs[IRIS].readings} == {"turned too far"}
    assert outputs[GAZE].data.gazes == (None,)
    assert {one.note for one in outputs[GAZE].readings} == {"eyes not in sight"}
    assert {one.note for one in outputs[ACTION_UNITS].readings} == {"face turned too far"}
    assert outputs[ACTION_UNITS].data.intensities == (None,)


def test_the_astronaut_faces_the_camera(astronaut: Path, pool: Pool) -> None:
    outputs = looked(pool, decode.picture(astronaut))
    assert outputs[POSE].readings[-1].value == "yes"
    assert outputs[ACTION_UNITS].data.intensities[0] is not None


def test_a_profile_is_not_measured(shared: Path, pool: Pool) -> None:
    """The man at the window, whose reflection is a second face."""
    picture = decode.picture(shared / "photos" / "faces" / "train-reflection.jpg")
    for one in (picture, mirrored(picture)):
        outputs = looked(pool, one)
        scores = [face.score for face in outputs[DETECTION].faces]
        assert outputs[POSE].data.poses[scores.index(max(scores))] is None


def test_half_profiles_are_measured(shared: Path, pool: Pool) -> None:
    picture = decode.picture(shared / "photos" / "faces" / "backlit-clock.jpg")
    assert all(pose is not None for pose in looked(pool, picture)[POSE].data.poses)
