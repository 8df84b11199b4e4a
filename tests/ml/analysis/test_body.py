"""Bodies: anchors and boxes by hand, and people whose bodies belong to their faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode, geometry
from ml.analysis.anchors import Found, Network, anchors, distinct, placed
from ml.analysis.body_mediapipe import FITTER, MOST, SIZE, below, largest, points_only
from ml.contracts import DETECTION, Output, View
from ml.pool import Pool
from ml.types import Box, Face, Picture, Points
from ml.weights import Weights
from tests.contracts.pictures import BEYOND, TINY, landscape, mirrored


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def bodies(
    pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None
) -> tuple[tuple[Face, ...], Output]:
    seen = pool.run("centerface", View(picture)) if faces is None else Output(faces=faces)
    return seen.faces, pool.run("mediapipe-body", View(picture, seen.faces, {DETECTION: seen}))


def test_there_are_as_many_anchors_as_the_networks_answer() -> None:
    assert anchors(224, (8, 16, 32, 32, 32)).shape == (2254, 2)
    palms = anchors(192, (8, 16, 16, 16))
    assert palms.shape == (2016, 2)
    assert palms[:4].tolist() == [[4, 4], [4, 4], [12, 4], [12, 4]]
    assert palms[24 * 24 * 2].tolist() == palms[24 * 24 * 2 + 5].tolist() == [8, 8]


def test_a_box_is_carried_back_to_the_photo() -> None:
    cut = geometry.square((100, 50), 384, 0, 192)  # half as large
    values = np.array([(96, 96), (20, 20), (96, 86)], np.float32)
    found = placed(values, 0.8, cut)
    assert found.corners[0] == pytest.approx((80, 30)) and found.size == pytest.approx(40)
    assert found.points[0] == pytest.approx((100, 30))


def box(left: float, score: float) -> Found:
    corners = np.array([(left, 0), (left + 10, 0), (left + 10, 10), (left, 10)], np.float32)
    return Found(corners, corners[:1], score)


def test_boxes_that_overlap_are_averaged_by_score_and_others_stay() -> None:
    one, other = distinct([box(40, 0.5), box(0, 0.75), box(4, 0.25)])
    assert one.score == 0.75 and one.corners[0].tolist() == [1, 0]  # 3 : 1
    assert other.score == 0.5 and other.corners[0].tolist() == [40, 0]


def test_the_body_lies_where_the_head_points() -> None:
    level = Face(Box(90, 90, 110, 110), 0.9)
    eyes = ((102, 96), (102, 104), (99, 100), (96, 97), (96, 103))  # the chin to the left
    lying = Face(Box(90, 90, 110, 110), 0.9, Points("centerface-5", eyes))
    for face, hips in ((level, (100, 160)), (lying, (40, 100))):
        middle = geometry.moved(below(face), [hips])[0]
        assert middle == pytest.approx((127.5, 127.5))


def test_the_points_are_the_same_without_the_outputs_that_nobody_reads(
    weights_folder: Path, tmp_path: Path
) -> None:
    whole = Weights(weights_folder).path(FITTER)
    made = tmp_path / "points.tflite"
    made.write_bytes(points_only(whole))
    chip = np.random.default_rng(0).uniform(0, 1, (1, SIZE, SIZE, 3)).astype(np.float32)
    less, more = Network(made).all(chip), Network(whole).all(chip)
    assert len(less) == 2 and len(more) == 5
    assert all(np.array_equal(one, other) for one, other in zip(less, more[:2], strict=True))


def test_a_body_has_its_face_and_its_sides_are_the_persons(astronaut: Path, pool: Pool) -> None:
    (face,), output = bodies(pool, decode.picture(astronaut))
    (body,) = output.data.bodies
    assert body is output.data.of(0) and body.score > 0.9
    x, y = body.points[0, :2]
    assert face.box.left < x < face.box.right and face.box.top < y < face.box.bottom
    left, right = body.points[11], body.points[12]
    assert left[0] > right[0] + face.box.width and min(left[1], right[1]) > y
    assert body.seen[[11, 12]].min() > 0.5 > body.seen[[27, 28]].max()  # no feet on the photo


def test_a_mirrored_body_changes_sides(astronaut: Path, pool: Pool) -> None:
    picture = decode.picture(astronaut)
    (body,), (other,) = (bodies(pool, one)[1].data.bodies for one in (picture, mirrored(picture)))
    flipped = other.points[[12, 11], :2] * (-1, 1) + (picture.size[0] - 1, 0)
    assert body.points[[11, 12], :2] == pytest.approx(flipped, abs=25)


def test_only_the_largest_are_looked_at_and_the_others_told_so(pool: Pool) -> None:
    faces = tuple(Face(Box(0, 0, 20 + i, 20 + i), 0.9) for i in range(9))
    assert largest(faces) == [3, 4, 5, 6, 7, 8] and len(largest(faces)) == MOST
    picture = Picture(np.zeros((60, 60, 3), np.uint8))
    _, output = bodies(pool, picture, (*faces, TINY, BEYOND))
    notes = {one.face: one.note for one in output.readings}
    assert notes[0] == notes[None] == "only the six largest are looked at"
    assert notes[9] == "face too small"


def test_sees_nobody_where_nobody_is(portrait_free: Picture, pool: Pool) -> None:
    _, output = bodies(pool, portrait_free)
    assert output.data.bodies == () and output.marks == ()
    assert [(one.name, one.value) for one in output.readings] == [("bodies in sight", 0)]


@pytest.fixture
def portrait_free(astronaut: Path) -> Picture:
    return landscape(decode.picture(astronaut))


def test_three_people_beside_each_other_have_three_bodies(shared: Path, pool: Pool) -> None:
    faces, output = bodies(pool, decode.picture(shared / "photos" / "faces" / "three-in-red.jpg"))
    found = [output.data.of(face) for face in range(len(faces))]
    assert len(found) == 3 and all(body is not None for body in found)
    for body in found:
        assert (np.diff(body.points[[11, 23, 25, 27], 1]) > 0).all()  # shoulder to ankle
