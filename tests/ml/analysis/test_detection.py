"""CenterFace finds the faces people count, and each of them once."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ml import decode
from ml.analysis import detection_centerface
from ml.contracts import View
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def faces(picture: Picture, pool: Pool) -> tuple[Face, ...]:
    return pool.run("centerface", View(picture)).faces


def enlarged(picture: Picture, side: int) -> Picture:
    import cv2

    return Picture(np.asarray(cv2.resize(picture.pixels, (side, side)), np.uint8))


def test_counts_faces_as_people_do(shared: Path, pool: Pool) -> None:
    right, photos = [], shared / "photos"
    with (photos / "faces.csv").open() as file:
        for row in csv.DictReader(file):
            count = len(faces(decode.picture(photos / row["file"]), pool))
            right.append(int(row["faces_at_least"]) <= count <= int(row["faces_at_most"]))
    assert len(right) == 16
    assert sum(right) >= 15


def test_finds_the_astronaut_where_she_is(astronaut: Path, pool: Pool) -> None:
    (face,) = faces(decode.picture(astronaut), pool)
    assert face.box.iou(Box(180, 60, 270, 180)) > 0.8
    assert face.points
    right_eye, left_eye, nose, *_ = face.points.xy
    assert right_eye[0] < nose[0] < left_eye[0] and right_eye[1] < nose[1]


@pytest.mark.parametrize("side", [200, 512, 1500, 3000])
def test_finds_the_same_face_at_any_size(astronaut: Path, pool: Pool, side: int) -> None:
    picture = decode.picture(astronaut)
    (face,), (other,) = faces(picture, pool), faces(enlarged(picture, side), pool)
    for name in ("left", "top", "right", "bottom"):
        there = getattr(other.box, name) * 512 / side
        assert there == pytest.approx(getattr(face.box, name), abs=12)


def test_a_close_up_is_one_face(astronaut: Path, pool: Pool) -> None:
    head = Picture(np.ascontiguousarray(decode.picture(astronaut).pixels[40:230, 130:320]))
    for side in (190, 950, 2400):
        assert len(faces(enlarged(head, side), pool)) == 1


def test_numbers_faces_from_left_to_right(astronaut: Path, pool: Pool) -> None:
    pixels = decode.picture(astronaut).pixels
    found = faces(Picture(np.ascontiguousarray(np.hstack([pixels] * 3))), pool)
    assert [round(face.box.left / 512) for face in found] == [0, 1, 2]


def test_of_boxes_that_cover_each_other_the_best_stays() -> None:
    rows = np.zeros((4, 15), np.float32)
    rows[:, 1:5] = [(0, 0, 100, 100), (10, 0, 110, 100), (40, 40, 60, 60), (200, 0, 300, 100)]
    rows[:, 0] = [0.9, 0.8, 0.7, 0.6]
    assert detection_centerface.kept(rows) == [0, 3]
