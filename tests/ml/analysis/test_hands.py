"""Hands and gestures: whose a hand is, what lies on a face by hand, and real hands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, geometry
from ml.analysis.gestures_points import NONE_SEEN, on_face, raised, said
from ml.analysis.hands_mediapipe import alone, each_once, owner
from ml.contracts import BODY, DETECTION, Bodies, Body, Hand, Output, View
from ml.landmarks import OVAL
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import landscape, mirrored

RIGHT_CHEEK, CHIN, BESIDE = (65.0, 130.0), (100.0, 192.0), (200.0, 90.0)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def hands(pool: Pool, picture: Picture) -> Output:
    seen = pool.run("centerface", View(picture))
    body = pool.run("mediapipe-body", View(picture, seen.faces, {DETECTION: seen}))
    given = {DETECTION: seen, BODY: body}
    return pool.run("mediapipe-hands", View(picture, seen.faces, given))


def hand(x: float, y: float, score: float = 0.95, face: int | None = 0) -> Hand:
    """All its points within three pixels."""
    spread = np.linspace(-3, 3, 21)[:, None]
    return Hand(np.float32((x, y)) + np.float32(spread), 1.0, score, face)


def oval() -> NDArray[np.float32]:
    """A face 100 wide and 100 high from its forehead (100, 100) down to its chin (100, 200)."""
    mesh = np.zeros((468, 3), np.float32)
    turns = np.linspace(0, 2 * np.pi, len(OVAL))
    mesh[list(OVAL), :2] = np.stack([100 + 50 * np.sin(turns), 150 - 50 * np.cos(turns)], 1)
    mesh[geometry.FOREHEAD, :2], mesh[geometry.CHIN, :2] = (100, 100), (100, 200)
    mesh[geometry.RIGHT_EYE, :2], mesh[geometry.LEFT_EYE, :2] = (70, 130), (130, 130)
    return mesh


def test_the_part_of_the_face_a_hand_lies_on() -> None:
    places = {
        (100, 115): "forehead",
        (100, 140): "eyes",
        (100, 155): "nose",
        (100, 175): "mouth",
        (100, 192): "chin",
        (65, 160): "cheek",
    }
    assert {at: on_face(hand(*at), oval()) for at in places} == places
    assert on_face(hand(*BESIDE), oval()) == on_face(hand(100, 220), oval()) == ""


def test_two_points_on_the_face_are_not_a_hand_on_it() -> None:
    beside = hand(*BESIDE)
    for count, part in ((2, ""), (3, "nose")):
        points = beside.points.copy()
        points[:count] = 100, 155
        assert on_face(Hand(points, 1.0, 0.95, 0), oval()) == part


def test_a_hand_is_raised_above_the_mouth() -> None:
    assert raised(hand(200, 180), oval()) and not raised(hand(200, 200), oval())


def test_says_none_seen_of_what_it_may_miss_and_nothing_of_small_faces() -> None:
    values = [one.value for one in said(0, oval(), (hand(*BESIDE),))]
    assert values == [NONE_SEEN, "yes"]
    assert [one.value for one in said(0, oval(), (hand(*CHIN),))] == ["chin", NONE_SEEN]
    others = (hand(*CHIN, face=1), hand(*BESIDE, face=None))
    assert {one.value for one in said(0, oval(), others)} == {NONE_SEEN}
    small = list(said(0, oval() / 10, ()))
    assert [(one.value, one.note) for one in small] == 2 * [(None, "face too small")]


def test_a_hand_belongs_to_the_nearest_wrist_within_reach() -> None:
    faces = (Face(Box(0, 0, 20, 20), 0.9), Face(Box(100, 0, 120, 20), 0.9))
    points = np.zeros((2, 33, 3), np.float32)
    points[0, 15, :2], points[0, 16, :2] = (30, 60), (-30, 60)
    points[1, 15, :2], points[1, 16, :2] = (140, 60), (60, 60)
    both = Bodies(tuple(Body(one, np.ones(33, np.float32), 1.0, i) for i, one in enumerate(points)))
    assert owner(38, 60, faces, both) == 0 and owner(55, 60, faces, both) == 1
    assert owner(170, 60, faces, both) is None and owner(38, 60, faces, Bodies(())) is None


def test_one_hand_found_twice_is_one() -> None:
    sure, again, other = hand(50, 50, 0.99), hand(50.5, 50, 0.95), hand(60, 50, 0.92)
    assert each_once([again, other, sure]) == [sure, other]


def test_only_people_who_are_small_in_the_photo_are_looked_at_alone() -> None:
    picture = Picture(np.zeros((400, 600, 3), np.uint8))
    small, large = Face(Box(290, 90, 310, 110), 0.9), Face(Box(0, 0, 100, 130), 0.9)
    (cut,) = alone(picture, (large, small))
    assert geometry.moved(cut, [(300, 136)])[0] == pytest.approx((95.5, 95.5))
    assert geometry.scale(cut) == pytest.approx(192 / 130)


def test_folded_hands_are_a_right_and_a_left_one_of_their_person(shared: Path, pool: Pool) -> None:
    picture = decode.picture(shared / "photos" / "faces" / "two-in-an-office.jpg")
    found = hands(pool, picture).data.hands
    assert len(found) == 2 and len({one.face for one in found}) == 1
    right, left = sorted(found, key=lambda one: -one.right)
    assert right.right > 0.8 and left.right < 0.2
    assert right.points[:, 0].mean() < left.points[:, 0].mean()


def test_a_mirrored_hand_is_the_other_one(shared: Path, pool: Pool) -> None:
    picture = decode.picture(shared / "photos" / "faces" / "studio.jpg")
    one, other = (hands(pool, each).data.hands for each in (picture, mirrored(picture)))
    assert len(one) == len(other) == 2
    straight = sorted(one, key=lambda each: each.points[0, 0])
    flipped = sorted(other, key=lambda each: -each.points[0, 0])
    for here, there in zip(straight, flipped, strict=True):
        assert (here.right > 0.5) != (there.right > 0.5)


def test_sees_no_hands_where_nobody_is(astronaut: Path, pool: Pool) -> None:
    output = hands(pool, landscape(decode.picture(astronaut)))
    assert output.data.hands == () and output.marks == ()


def test_no_hands_in_photos_of_places(shared: Path, pool: Pool) -> None:
    photos = sorted((shared / "photos" / "places").glob("*.jpg"))
    assert photos
    for path in photos:
        assert hands(pool, decode.picture(path)).data.hands == ()
