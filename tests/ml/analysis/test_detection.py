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
from ml.runtimes import Floats
from ml.types import Box, Face, Picture
from ml.weights import Weights

Shape = tuple[int, ...]


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def faces(picture: Picture, pool: Pool) -> tuple[Face, ...]:
    return pool.run("centerface", View(picture)).faces


@pytest.fixture
def calls(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> list[Shape]:
    """Shapes of the arrays that the network is called with, as they come."""
    model, shapes = pool.get("centerface"), list[Shape]()
    network = vars(model)["_net"]

    def heard(array: Floats) -> list[Floats]:
        shapes.append(array.shape)
        outputs: list[Floats] = network(array)
        return outputs

    monkeypatch.setattr(model, "_net", heard)
    return shapes


@pytest.fixture
def close_up(astronaut: Path) -> Picture:
    """The astronaut's face from brow to chin, 72 x 72."""
    return Picture(np.ascontiguousarray(decode.picture(astronaut).pixels[82:154, 190:262]))


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


@pytest.mark.parametrize("side", [960, 2400])
def test_a_face_that_fills_the_photo_is_found_in_a_second_look(
    close_up: Picture, pool: Pool, calls: list[Shape], side: int
) -> None:
    picture = enlarged(close_up, side)
    (face,) = faces(picture, pool)
    assert calls == [(1, 3, 960, 960), (1, 3, 192, 192)]
    assert face.box.iou(Box(0, 0, side, side)) > 0.8
    assert face.points
    right_eye, left_eye, nose, *mouth = face.points.xy
    assert 0 < right_eye[0] < nose[0] < left_eye[0] < side
    assert 0 < right_eye[1] < nose[1] < min(down for _, down in mouth) < side


def test_boxes_of_a_wide_close_up_lie_where_its_face_is(
    close_up: Picture, pool: Pool, calls: list[Shape]
) -> None:
    head = enlarged(close_up, 720).pixels
    wide = np.hstack([np.full((720, 240, 3), 60, np.uint8), head])
    (face,) = faces(Picture(wide), pool)
    assert len(calls) == 2
    assert face.box.iou(Box(240, 0, 960, 720)) > 0.8


def test_a_photo_without_faces_stays_without(shared: Path, pool: Pool) -> None:
    photos = [
        *(shared / "photos" / "places").glob("*.jpg"),
        *(shared / "data/plates").glob("*.jpg"),
    ]
    assert len(photos) >= 40
    assert not [path.name for path in photos if faces(decode.picture(path), pool)]


@pytest.mark.parametrize(
    "name", ["coffee", "chelsea", "coins", "rocket", "page", "brick", "gravel"]
)
def test_things_are_no_faces(name: str, pool: Pool, calls: list[Shape]) -> None:
    from skimage import data

    pixels = getattr(data, name)()
    if pixels.ndim == 2:
        pixels = np.stack([pixels] * 3, axis=2)
    assert faces(Picture(pixels), pool) == ()
    assert len(calls) == 2


def test_a_photo_with_faces_is_looked_at_once(
    astronaut: Path, pool: Pool, calls: list[Shape]
) -> None:
    assert faces(decode.picture(astronaut), pool)
    assert calls == [(1, 3, 512, 512)]


@pytest.mark.parametrize("size", [(1, 1), (960, 4), (5, 2000), (97, 95)])
def test_a_photo_of_any_shape_fits_into_the_frame(size: tuple[int, int]) -> None:
    height, width = size
    array, shrink, (left, top) = detection_centerface.framed(
        Picture(np.zeros((height, width, 3), np.uint8))
    )
    rows, columns = np.nonzero(array[0, 0] == 0)
    assert (columns.min(), rows.min()) == (left, top)
    for there, side in ((np.ptp(columns), width), (np.ptp(rows), height)):
        assert there + 1 == pytest.approx(max(1, side * shrink), abs=0.5)


def test_numbers_faces_from_left_to_right(astronaut: Path, pool: Pool) -> None:
    pixels = decode.picture(astronaut).pixels
    found = faces(Picture(np.ascontiguousarray(np.hstack([pixels] * 3))), pool)
    assert [round(face.box.left / 512) for face in found] == [0, 1, 2]


def test_of_boxes_that_cover_each_other_the_best_stays() -> None:
    rows = np.zeros((4, 15), np.float32)
    rows[:, 1:5] = [(0, 0, 100, 100), (10, 0, 110, 100), (40, 40, 60, 60), (200, 0, 300, 100)]
    rows[:, 0] = [0.9, 0.8, 0.7, 0.6]
    assert detection_centerface.kept(rows) == [0, 3]
