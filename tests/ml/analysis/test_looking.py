"""Who looks at whom: rooms laid out by hand, in millimetres, and photos of several people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, registry
from ml.analysis.heads import EYES, FOCAL, Room, met, room, shown, turned
from ml.analysis.looking_rays import LOOKING, Looks
from ml.analysis.meeting import meeting
from ml.contracts import (
    DETECTION,
    GAZE,
    IRIS,
    MESH,
    POSE,
    Gaze,
    Gazes,
    Iris,
    Irises,
    Meshes,
    Output,
    Pose,
    Poses,
    View,
)
from ml.evaluation.looking import installed
from ml.pool import Pool
from ml.registry import best
from ml.types import Box, Face, Picture, Reading
from ml.weights import Weights
from tests.ml.analysis.test_gaze import APART, STRAIGHT, ahead, eyes_of
from tests.ml.test_geometry import turned as rotation

registry.discover()
SIZE = 1001, 801  # the middle is at (500, 400)
LENS = FOCAL * 1001
Place = tuple[float, float, float]
OFF = np.radians(10.0)


def towards(start: Place, end: Place) -> NDArray[np.float64]:
    way = np.array(end) - start
    return np.asarray(way / np.linalg.norm(way))


def scores(places: Sequence[Place], ends: Sequence[Place]) -> NDArray[np.float64]:
    """Of heads at those places that look at those ends."""
    heads = np.array(places, np.float64)
    ways = np.array([towards(*one) for one in zip(places, ends, strict=True)])
    return met(Room(heads, heads, SIZE), ways, np.full(len(places), OFF))


LEFT, RIGHT, BEHIND = (-500.0, 0.0, 2000.0), (500.0, 0.0, 2000.0), (0.0, 0.0, 3500.0)
THE_CAMERA = (0.0, 0.0, 0.0)


def test_two_that_face_each_other_look_at_each_other() -> None:
    found = scores([LEFT, RIGHT], [RIGHT, LEFT])
    assert found[0, 1] > 0.8 and found[1, 0] == pytest.approx(found[0, 1])
    assert found[0, 0] == found[1, 1] == 0


def test_one_that_looks_away_looks_at_nobody() -> None:
    found = scores([LEFT, RIGHT], [RIGHT, (900.0, 0.0, 2000.0)])
    assert found[0, 1] > 0.8 and found[1, 0] < 0.01


def test_who_looks_into_the_camera_looks_at_nobody_beside_them() -> None:
    assert scores([LEFT, RIGHT], [THE_CAMERA, THE_CAMERA]).max() < 0.05


def test_of_two_in_one_direction_neither_is_sure() -> None:
    found = scores([LEFT, RIGHT, (900.0, 0.0, 2000.0)], [RIGHT, LEFT, LEFT])
    assert found[0, 1] < 0.7 and found[0, 2] > 0.2


def test_looking_at_one_behind() -> None:
    found = scores([LEFT, RIGHT, BEHIND], [BEHIND, BEHIND, THE_CAMERA])
    assert found[0].argmax() == 2 and found[1].argmax() == 2 and found[2].max() < 0.2


def test_a_look_that_is_not_known_is_at_nobody() -> None:
    heads = np.array([LEFT, RIGHT])
    ways = np.array([(np.nan,) * 3, (-1, 0, 0)])
    assert met(Room(heads, heads, SIZE), ways, np.full(2, OFF))[0].tolist() == [0, 0]


def test_mirroring_a_room_changes_nothing() -> None:
    places, ends = [LEFT, (300.0, -200.0, 2500.0), BEHIND], [BEHIND, LEFT, LEFT]
    flip = np.array([-1, 1, 1])
    other = [tuple(flip * one) for one in places], [tuple(flip * one) for one in ends]
    assert scores(*other) == pytest.approx(scores(places, ends))


def test_a_look_into_the_camera_is_so_wherever_a_face_stands() -> None:
    """A face that is 45 degrees to the right and seems to look ahead has turned as far back."""
    eyes = np.array([(0.0, 0, 1000), (1000, 0, 1000), (0, 1000, 1000)])
    found = turned(np.tile((0.0, 0, -1), (3, 1)), eyes)
    half = np.sqrt(0.5)
    assert found == pytest.approx(np.array([(0, 0, -1), (-half, 0, -half), (0, -half, -half)]))
    across = turned(np.tile((1.0, 0, 0), (3, 1)), eyes)
    assert across == pytest.approx(np.array([(1, 0, 0), (half, 0, -half), (1, 0, 0)]), abs=1e-9)


def test_three_that_look_at_one_place() -> None:
    spot = np.array((0.0, 400, 1500))
    eyes = np.array([LEFT, RIGHT, BEHIND, (0.0, -900, 2500)])
    ways = np.array([*(towards(tuple(one), tuple(spot)) for one in eyes[:3]), (0, -1, 0)])
    found = meeting(eyes, ways, np.full(4, OFF))
    assert found is not None
    assert found[0] == pytest.approx(spot) and found[1] == [0, 1, 2]


def test_two_rays_or_some_side_by_side_are_no_meeting() -> None:
    eyes = np.array([LEFT, RIGHT, BEHIND])
    spot = (0.0, 400.0, 1500.0)
    assert (
        meeting(eyes[:2], np.array([towards(LEFT, spot), towards(RIGHT, spot)]), np.full(2, OFF))
        is None
    )
    assert meeting(eyes, np.tile((0.0, 1, 0), (3, 1)), np.full(3, OFF)) is None
    apart = np.array([(-1.0, 0, 0), (1, 0, 0), (0, 0, 1)])  # all away from each other
    assert meeting(eyes, apart, np.full(3, OFF)) is None


# -- photos of such rooms


def pixels(place: Place) -> tuple[float, float]:
    return LENS * place[0] / place[2] + 500, LENS * place[1] / place[2] + 400


def mesh_at(place: Place, turn: NDArray[np.float64] | None = None) -> NDArray[np.float32]:
    """The mesh of a head there, as the camera sees it."""
    x, y = pixels(place)
    mesh = STRAIGHT if turn is None else STRAIGHT @ turn.T
    return (mesh * (EYES * LENS / place[2] / APART) + (x, y, 0)).astype(np.float32)


def local(place: Place, end: Place) -> Gaze:
    """The gaze as it is read: as if the face were in the photo's middle."""
    basis = turned(np.eye(3), np.tile(np.array(place, np.float64), (3, 1)))
    x, y, z = (basis @ towards(place, end)).tolist()
    return Gaze((x, y, z), 0, 0)


def seen(
    pool: Pool,
    places: Sequence[Place],
    gazes: Sequence[Gaze | None],
    meshes: Sequence[NDArray[np.float32] | None] | None = None,
    eyes: tuple[Iris | None, Iris | None] | None = (None, None),
) -> Output:
    """What the model says of a photo in which heads at those places have those gazes."""
    fitted = [mesh_at(place) for place in places] if meshes is None else list(meshes)
    faces = []
    for place in places:
        (x, y), half = pixels(place), EYES * LENS / place[2]
        faces.append(Face(Box(x - half, y - half, x + half, y + half), 0.9))
    outputs = {
        MESH: Output(data=Meshes(tuple(fitted))),
        POSE: Output(data=Poses(tuple(None if mesh is None else Pose(0, 0, 0) for mesh in fitted))),
        IRIS: Output(data=Irises((eyes,) * len(places))),
        GAZE: Output(data=Gazes(tuple(gazes))),
    }
    blank = Picture(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    return pool.run("ray-looking", View(blank, tuple(faces), outputs))


def told(output: Output, name: str = "looks at") -> list[tuple[object, int | None]]:
    return [(one.value, one.other) for one in output.readings if one.name == name]


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def test_heads_stand_where_their_size_says() -> None:
    """Twice as far away, half as large; one that has no mesh is measured by its box."""
    places = [LEFT, BEHIND]
    meshes = [mesh_at(place) for place in places]
    faces = [Face(Box(0, 0, 1, 1), 0.9)] * 2
    found = room(faces, meshes, [Pose(0, 0, 0)] * 2, SIZE)
    assert found.eyes == pytest.approx(np.array(places), rel=1e-4, abs=1e-2)
    high = EYES * LENS / 2000 / 0.45
    box = Face(Box(500 - high / 4, 400 - high / 2, 500 + high / 4, 400 + high / 2), 0.9)
    assert room([box], [None], [None], SIZE).eyes == pytest.approx(np.array([(0, 0, 2000)]))
    assert shown(SIZE, np.array(LEFT)) == pytest.approx(pixels(LEFT))


def test_says_who_looks_at_whom_in_a_photo(pool: Pool) -> None:
    output = seen(pool, [LEFT, RIGHT], [local(LEFT, RIGHT), local(RIGHT, LEFT)])
    assert told(output) == [("another face", 1), ("another face", 0)]
    assert told(output, "eye contact with") == [("another face", 1), ("another face", 0)]
    assert isinstance(output.data, Looks) and output.data.scores.shape == (2, 2)
    first, second = (mark.paths[0] for mark in output.marks)
    assert first[0] == pytest.approx(pixels(LEFT), abs=1)
    assert second[1] == pytest.approx(pixels(LEFT), abs=1)


def test_a_glance_that_is_not_returned_is_no_eye_contact(pool: Pool) -> None:
    output = seen(pool, [LEFT, RIGHT], [local(LEFT, RIGHT), local(RIGHT, THE_CAMERA)])
    assert told(output) == [("another face", 1), ("no other face", None)]
    assert told(output, "eye contact with") == []
    assert [mark.face for mark in output.marks] == [0]


def test_between_yes_and_no_it_is_unsure(pool: Pool) -> None:
    aside = (500.0, 420.0, 2000.0)  # 23 degrees below the other's eyes
    output = seen(pool, [LEFT, RIGHT], [local(LEFT, aside), local(RIGHT, THE_CAMERA)])
    assert told(output)[0] == ("unsure", None) and output.marks == ()


def test_a_head_turned_to_another_is_told_as_such_and_makes_no_eye_contact(pool: Pool) -> None:
    close = [(-250.0, 0.0, 2000.0), (250.0, 0.0, 2000.0)]
    meshes = [mesh_at(close[0], rotation(80, 0, 0)), mesh_at(close[1], rotation(-80, 0, 0))]
    output = seen(pool, close, [None, None], meshes)
    looks = [one for one in output.readings if one.name == "looks at"]
    assert [one.other for one in looks] in ([1, 0], [None, None])
    assert {one.note for one in looks} == {"by the turn of the head"}
    assert told(output, "eye contact with") == []


def test_three_at_one_place(pool: Pool) -> None:
    spot = (0.0, 300.0, 1500.0)
    places = [LEFT, RIGHT, (0.0, -600.0, 2000.0)]
    output = seen(pool, places, [local(place, spot) for place in places])
    assert told(output, "faces looking at one place") == [(3, None)]
    (mark,) = output.marks
    assert len(mark.paths) == 3
    assert all(path[1] == pytest.approx(pixels(spot), abs=8) for path in mark.paths)
    output = seen(pool, places, [local(place, THE_CAMERA) for place in places])
    assert told(output, "faces looking at one place") == [(0, None)] and output.marks == ()


def only(output: Output) -> Reading:
    (reading,) = (one for one in output.readings if one.face == 0)
    return reading


def test_says_why_it_does_not_know(pool: Pool) -> None:
    at = local(LEFT, RIGHT)
    assert only(seen(pool, [LEFT], [at])).note == "no other face in the photo"
    assert (
        only(seen(pool, [LEFT, RIGHT], [None, at], [None, mesh_at(RIGHT)])).note == "face too small"
    )
    shut = eyes_of(STRAIGHT, ahead(), 2)
    assert only(seen(pool, [LEFT, RIGHT], [None, at], eyes=shut)).note == "eyes closed or nearly so"


def test_a_hundred_faces(pool: Pool) -> None:
    rng = np.random.default_rng(0)
    places = [
        tuple(map(float, one))
        for one in rng.uniform((-900, -700, 2000), (900, 700, 6000), (100, 3))
    ]
    ends = [
        tuple(map(float, one)) for one in rng.uniform((-900, -700, 0), (900, 700, 6000), (100, 3))
    ]
    output = seen(pool, places, [local(*pair) for pair in zip(places, ends, strict=True)])
    assert len(told(output)) == 100
    assert output.data.scores.sum(1).max() <= 1 + 1e-9


def looked(pool: Pool, picture: Picture) -> Output:
    found = pool.run("centerface", View(picture))
    outputs = {DETECTION: found}
    for task in (MESH, POSE, IRIS, GAZE, LOOKING):
        card = best(task, installed(pool.weights))
        assert card is not None
        given = {need: outputs[need] for need in card.needs}
        outputs[task] = pool.run(card.name, View(picture, found.faces, given))
    return outputs[LOOKING]


def test_who_looks_into_the_camera_is_not_said_to_look_at_each_other(
    shared: Path, pool: Pool
) -> None:
    output = looked(pool, decode.picture(shared / "photos" / "faces" / "four-at-a-table.jpg"))
    assert len(told(output)) >= 4
    assert "another face" not in [value for value, _ in told(output)]
