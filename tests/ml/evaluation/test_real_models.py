"""Benchmarks put their questions to the real models, on a photo with one face."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, registry
from ml.contracts import View
from ml.evaluation import measuring, running
from ml.evaluation.measuring import Setting
from ml.evaluation.results import Result
from ml.pool import Pool
from ml.types import Face
from ml.weights import Weights

registry.discover()
measuring.discover()


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def face(astronaut: Path, pool: Pool) -> Face:
    (found,) = pool.run("centerface", View(decode.picture(astronaut))).faces
    return found


@pytest.fixture
def data(tmp_path: Path, astronaut: Path) -> Path:
    """The astronaut, mirrored, darker, and beside a wall."""
    picture = Image.open(astronaut)
    folder = tmp_path / "data"
    for person in ("ann", "wall"):
        (folder / person).mkdir(parents=True)
    picture.save(folder / "ann" / "1.png")
    picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "ann" / "2.png")
    picture.point(lambda value: value * 0.7).save(folder / "ann" / "3.png")
    Image.new("RGB", (300, 300), "grey").save(folder / "wall" / "1.png")
    return folder


def table(folder: Path, *rows: list[object]) -> None:
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def measured(task: str, data: Path, pool: Pool) -> Result:
    benchmark = measuring.get(task)
    setting = Setting(data, running.chosen(benchmark, (), pool.weights), pool)
    (run,) = running.run(benchmark, setting, "test", draws=20)
    return run.result


def test_detection_finds_her_and_nobody_on_the_wall(data: Path, pool: Pool, face: Face) -> None:
    box = face.box
    table(
        data,
        ["file", "left", "top", "right", "bottom"],
        ["ann/1.png", *box.to_json()],
        ["ann/2.png", 512 - box.right, box.top, 512 - box.left, box.bottom],
        ["wall/1.png", "", "", "", ""],
    )
    result = measured("detection", data, pool)
    assert result.n == 2 and result.counts["boxes"] == 2
    assert result.metrics["ap_50"].value == 1


def test_the_mesh_has_its_points_where_the_detector_saw_them(
    data: Path, pool: Pool, face: Face
) -> None:
    assert face.points
    names = [f"{axis}{i}" for i in range(5) for axis in "xy"]
    table(
        data,
        ["file", *names],
        ["ann/1.png", *np.ravel(face.points.xy)],
        ["wall/1.png", *range(10)],
    )
    result = measured("landmarks", data, pool)
    assert (result.n, result.skipped) == (2, 1)
    assert 0.5 < result.metrics["nme"].value < 0.5 + 0.15 / 2  # the wall is a whole distance off


def test_poses_of_mirrored_faces_are_mirrored(data: Path, pool: Pool) -> None:
    table(data, ["file", "yaw", "pitch", "roll"], ["ann/1.png", 0, 0, 0], ["ann/2.png", 0, 0, 0])
    result = measured("pose", data, pool)
    assert result.metrics["mae_yaw"].value < 25 and result.skipped == 0


def test_verification_tells_her_from_nobody(data: Path, pool: Pool) -> None:
    table(
        data,
        ["first", "second", "same", "fold"],
        ["ann/1.png", "ann/2.png", 1, 0],
        ["ann/1.png", "ann/3.png", 1, 1],
        ["ann/2.png", "wall/1.png", 0, 1],
    )
    result = measured("verification", data, pool)
    assert (result.n, result.skipped) == (3, 1)
    assert result.counts["photos"] == 4 and result.counts["photos_skipped"] == 1
    assert result.metrics["accuracy"].value == pytest.approx((1 + 1 / 2) / 2)


def test_of_several_faces_the_meant_one_is_read(
    tmp_path: Path, astronaut: Path, pool: Pool
) -> None:
    """Two faces side by side, the left one turned over: the labels say which is meant."""
    picture = Image.open(astronaut)
    pair = Image.new("RGB", (1024, 512))
    pair.paste(picture, (0, 0))
    pair.paste(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (512, 0))
    pair.save(tmp_path / "pair.png")
    left, right = sorted(
        pool.run("centerface", View(decode.picture(tmp_path / "pair.png"))).faces,
        key=lambda one: one.box.left,
    )
    for meant in (left, right):
        assert meant.points
        names = [f"{axis}{i}" for i in range(5) for axis in "xy"]
        table(tmp_path, ["file", *names], ["pair.png", *np.ravel(meant.points.xy)])
        assert measured("landmarks", tmp_path, pool).metrics["nme"].value < 0.15


def test_a_file_that_is_no_picture_is_an_error_not_a_stop(data: Path, pool: Pool) -> None:
    (data / "ann" / "2.png").write_bytes(b"no picture")
    table(data, ["file", "yaw", "pitch", "roll"], ["ann/1.png", 0, 0, 0], ["ann/2.png", 0, 0, 0])
    result = measured("pose", data, pool)
    assert (result.n, result.skipped) == (2, 1)
    assert result.metrics["mae"].value > 45
