"""Orientation: copies are what they say, and the figures are those one gets by hand."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml import registry
from ml.contracts import Pose
from ml.evaluation.benchmarks.orientation import (
    COPIES,
    ORIENTATION,
    Copy,
    back,
    copied,
    measured,
    photos,
    run,
)
from ml.evaluation.measuring import Setting
from ml.evaluation.metrics.points import quantile
from ml.evaluation.readers.samples import Sample
from ml.pool import Pool
from ml.types import Box, Picture
from ml.weights import Weights

registry.discover()
MIRRORED, RIGHT, LEFT, SMALL = Copy("mirrored"), Copy("turned", 30), Copy("turned", -30), COPIES[-3]


def scored(
    straight: list[Pose | None], copies: list[dict[Copy, Pose | None]]
) -> Mapping[str, float]:
    names = [str(index) for index in range(len(straight))]
    samples: list[Sample[Any]] = [Sample(name, Path(name), None, name) for name in names]
    found = measured(samples, straight, copies)
    assert (found.n, found.skipped) == (len(straight), sum(one is None for one in straight))
    return found.score(np.ones(len(straight)))


def test_a_mirrored_copy_is_mirrored_back() -> None:
    """Signs: yaw and roll turn around, pitch stays. Off by 1, 2 and 3 degrees in the first, and by
    5, 0 and 1 in the second photo, whose yaw is read with the wrong sign."""
    straight: list[Pose | None] = [Pose(20, 5, -15), Pose(-40, 0, 2), None]
    found = scored(straight, [{MIRRORED: Pose(-21, 7, 12)}, {MIRRORED: Pose(-35, 0, -1)}, {}])
    assert found["mirrored_yaw_median"] == 1 and found["mirrored_yaw_p90"] == 75
    assert found["mirrored_pitch_median"] == 0 and found["mirrored_pitch_p90"] == 2
    assert found["mirrored_roll_median"] == 1 and found["mirrored_roll_p90"] == 3
    assert found["mirrored_yaw_signs"] == 0.5
    assert found["mirrored_roll_signs"] == 1  # the other roll is too small to have a sign
    assert found["mirrored_read"] == 1


def test_counts_the_faces_that_have_a_sign() -> None:
    straight: list[Pose | None] = [Pose(20, 0, -15), Pose(-40, 0, 2), Pose(9, 0, 0), None]
    names: list[Sample[Any]] = [Sample(str(i), Path(str(i)), None, str(i)) for i in range(4)]
    copies = [{MIRRORED: one} for one in straight]
    assert measured(names, straight, copies).counts == {"aside_yaw": 2, "aside_roll": 1}


def test_a_turned_copy_is_turned_back() -> None:
    """A head that looks straight ahead only rolls; both ways of turning count together."""
    said = {RIGHT: Pose(0, 0, 32), LEFT: Pose(0, 0, -34)}
    found = scored([Pose(0, 0, 0)], [said])
    assert found["turned_30_roll_median"] == pytest.approx(2)
    assert found["turned_30_roll_p90"] == pytest.approx(4)
    assert found["turned_30_yaw_p90"] == pytest.approx(0)


def test_a_head_turned_aside_nods_where_the_photo_is_turned() -> None:
    """A quarter clockwise turns a head that looks 40 degrees to the right into one looking down."""
    there = Pose(0, -40, 90)
    one = back(Copy("turned", 90), there)
    assert (one.yaw, one.pitch, one.roll) == pytest.approx((40, 0, 0), abs=1e-9)


def test_copies_that_are_not_read_are_counted_and_left_out() -> None:
    straight: list[Pose | None] = [Pose(0, 0, 0)] * 4
    said = [{SMALL: Pose(4, 0, 0)}, {SMALL: Pose(8, 1, 0)}, {SMALL: None}, {}]
    found = scored(straight, said)
    assert SMALL.by == 20 and found["size_20_read"] == 0.5
    assert found["size_20_yaw_median"] == 4 and found["size_20_yaw_p90"] == 8
    assert isnan(found["size_40_yaw_median"]) and found["size_40_read"] == 0


def test_quantiles_count_weights() -> None:
    values = np.array([3.0, 1, 2, np.nan])
    assert quantile(values, np.ones(4), 0.5) == 2
    assert quantile(values, np.array([5.0, 1, 1, 9]), 0.5) == 3
    assert quantile(values, np.array([0.0, 1, 0, 9]), 0.9) == 1
    assert isnan(quantile(values[3:], np.ones(1), 0.5))


def test_copies_show_the_face_where_they_say() -> None:
    """A white square of 41 pixels as the face: mirrored, turned and shrunk it lies around the
    place, and its box is as large as the copy is named after."""
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[40:81, 60:101] = 255
    box = Box(60, 40, 100, 80)
    for copy, made, (x, y) in copied(Picture(pixels), box):
        rows, columns = np.nonzero(made.pixels[..., 0] > 127)
        assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=0.6)
        if copy.kind == "size":
            assert np.ptp(columns) + 1 == pytest.approx(copy.by, rel=0.1)
        if copy == RIGHT:  # clockwise: the upper left corner has gone to the right and up
            assert columns[rows.argmin()] == pytest.approx(80 - 20 * 0.866 + 20 * 0.5, abs=2)
    assert len(COPIES) == 8


def test_photos_of_a_folder_are_one_persons(tmp_path: Path) -> None:
    for name in ("a/1.jpg", "a/2.jpg", "b.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [one.identity for one in photos(tmp_path)] == ["a", "a", "b.jpg"]


def test_copies_of_the_astronaut_agree(
    astronaut: Path, tmp_path: Path, weights_folder: Path
) -> None:
    (tmp_path / "photo.jpg").symlink_to(astronaut)
    pool = Pool(Weights(weights_folder))
    setting = Setting(tmp_path, ("mesh-pose",), pool)
    found = run(setting)["mesh-pose"]
    score = found.score(np.ones(1))
    assert (found.n, found.skipped) == (1, 0)
    assert all(score[f"{copy}_read"] == 1 for copy in COPIES)
    assert score["copies_median"] < 3 and score["size_80_yaw_p90"] < 5
    assert ORIENTATION.main in score
