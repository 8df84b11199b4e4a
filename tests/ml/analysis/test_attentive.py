"""Appears attentive: each part by hand, and what is left unsaid."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest

from ml.analysis.attentive_parts import (
    Attentive,
    between,
    common,
    free,
    said,
    towards,
    watching,
)
from ml.contracts import Gaze, Pose
from ml.geometry import forward
from ml.registry import Sensitive
from tests.ml.analysis.test_gaze import STRAIGHT, ahead, eyes_of
from tests.ml.analysis.test_hands import hand, oval


def test_is_sensitive_as_attention() -> None:
    assert Attentive.card.sensitive is Sensitive.ATTENTION


def test_a_head_points_where_its_pose_says() -> None:
    assert forward(Pose(0, 0, 20)) == pytest.approx((0, 0, -1))
    assert forward(Pose(90, 0, 0)) == pytest.approx((1, 0, 0), abs=1e-9)
    assert forward(Pose(0, 30, 0)) == pytest.approx((0, -0.5, -cos(radians(30))))


@pytest.mark.parametrize(("yaw", "share"), [(0, 1), (15, 1), (32.5, 0.5), (-50, 0), (80, 0)])
def test_a_head_counts_less_the_further_it_is_turned_away(yaw: float, share: float) -> None:
    part, word = towards("head", forward(Pose(yaw, 0, 0)), None)
    assert part == pytest.approx(share) and word == "towards the camera"


def test_looking_where_the_others_do_counts_as_much_as_at_the_camera() -> None:
    others = [forward(Pose(yaw, 0, 0)) for yaw in (55, 60, 65)]
    target = common(others)
    assert target is not None and between(target, forward(Pose(60, 0, 0))) < 1
    part, word = towards("head", forward(Pose(62, 0, 0)), target)
    assert part == 1 and word == "where the others face"
    assert common(others[:2]) is None
    assert common([forward(Pose(yaw, 0, 0)) for yaw in (-80, 0, 80, 160)]) is None


def test_closed_eyes_watch_nothing_and_unseen_ones_are_not_measured() -> None:
    gaze = Gaze((sin(radians(25)), 0.0, -cos(radians(25))), 25.0, 0.0)
    assert watching(gaze, None, None)[0] == pytest.approx(0.5)
    shut = eyes_of(STRAIGHT, ahead(), 2)
    assert watching(None, shut, None) == (0.0, "eyes closed or nearly so")
    assert watching(None, eyes_of(STRAIGHT, ahead(), 9), None)[0] is None
    assert watching(None, (None, None), None)[0] is watching(None, None, None)[0] is None


def test_a_hand_on_the_face_counts_half() -> None:
    assert free([hand(100, 192)], oval()) == (0.5, "hand on face: chin")
    assert free([hand(200, 90)], oval()) == (1.0, "off the face")
    assert free([], oval())[0] is None


def test_the_sum_is_weighted_and_its_parts_are_shown() -> None:
    parts = {"head": (1.0, "a"), "eyes": (0.5, "b"), "hands": (0.5, "c")}
    total, *shown = said(0, parts)
    assert total.value == pytest.approx(0.7) and not total.note  # .4 + .2 + .1
    assert [one.value for one in shown] == [1.0, 0.5, 0.5]
    assert [one.note for one in shown] == ["a", "b", "c"]


def test_without_hands_head_and_eyes_are_all_and_that_is_said() -> None:
    total, *_ = said(0, {"head": (1.0, ""), "eyes": (0.5, ""), "hands": (None, "none")})
    assert total.value == 0.75 and total.note.startswith("from head and eyes")


@pytest.mark.parametrize("missing", ["head", "eyes"])
def test_without_head_or_eyes_nothing_is_said(missing: str) -> None:
    parts = dict.fromkeys(("head", "eyes", "hands"), (1.0, "")) | {missing: (None, "why")}
    total, *_ = said(0, parts)
    assert total.value is None and total.note == "why"


def test_directions_are_of_length_one() -> None:
    for pose in (Pose(30, 20, 5), Pose(-70, -40, 0)):
        assert np.linalg.norm(forward(pose)) == pytest.approx(1)
