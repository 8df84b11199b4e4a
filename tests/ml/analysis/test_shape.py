"""Lengths of a face by hand, and the files of its model."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import trimesh

from ml import decode, registry
from ml.analysis.model_files_mesh import NAME as FILES
from ml.analysis.shape_mesh import LENGTHS, ruler, said
from ml.contracts import DETECTION, IRIS, MESH, POSE, Iris, Output, Pose, View
from ml.pool import Pool
from ml.types import Picture, Reading
from ml.weights import Weights

registry.discover()
STRAIGHT = Pose(0, 0, 0)


def eye(diameter: float) -> Iris:
    return Iris(np.zeros((5, 2), np.float32), np.zeros((71, 2), np.float32), diameter)


def test_lengths_by_hand() -> None:
    """Irises 10 pixels wide: a pixel is 1.17 mm; ears 100 pixels apart, 80 across and 60 back."""
    mesh = np.zeros((468, 3), np.float32)
    mesh[454] = (80, 0, 60)
    by_name = {one.name: one for one in said(2, mesh, STRAIGHT, (eye(10), eye(10)))}
    width = by_name["face width"]
    assert (width.value, width.unit, width.face) == (117.0, "mm", 2)
    low, high = width.interval or (0, 0)
    assert low == pytest.approx(117 * (1 - 1.28 * 0.0617), abs=0.1)  # of 4 % and 4.7 %
    assert high - 117 == pytest.approx(117 - low, abs=0.11)


@pytest.mark.parametrize(
    ("pose", "eyes", "why"),
    [
        (Pose(30, 0, 0), (eye(10), eye(10)), "turned too far"),
        (STRAIGHT, (eye(7), eye(7)), "face too small"),
        (STRAIGHT, (eye(10), None), "eyes not in sight"),
        (STRAIGHT, (eye(8), eye(12)), "eyes not clear"),
        (STRAIGHT, None, "face too small"),
    ],
)
def test_says_why_a_face_is_not_measured(
    pose: Pose, eyes: tuple[Iris | None, Iris | None] | None, why: str
) -> None:
    mesh = np.zeros((468, 3), np.float32)
    found = list(said(0, mesh, pose, eyes))
    assert [one.name for one in found] == list(LENGTHS)
    assert all(one.value is None and one.note == why for one in found)
    assert ruler(None, pose, eyes) == "face too small"


@pytest.fixture(scope="module")
def seen(astronaut: Path, weights_folder: Path) -> Callable[..., Output]:
    pool = Pool(Weights(weights_folder))

    def shown(model: str, picture: Picture | None = None, scratch: Path | None = None) -> Output:
        picture = picture or decode.picture(astronaut)
        outputs = {DETECTION: pool.run("centerface", View(picture))}
        faces = outputs[DETECTION].faces
        for task in (MESH, POSE, IRIS):
            card = registry.best(task, registry.Policy())
            assert card is not None
            outputs[task] = pool.run(card.name, View(picture, faces, outputs))
        return pool.run(model, View(picture, faces, outputs, scratch))

    return shown


def enlarged(picture: Picture, times: int) -> Picture:
    return Picture(np.ascontiguousarray(picture.pixels.repeat(times, 0).repeat(times, 1)))


def value(output: Output, name: str) -> Reading:
    return next(one for one in output.readings if one.name == name)


def test_the_size_of_a_photo_does_not_change_the_size_of_a_face(
    seen: Callable[..., Output], astronaut: Path
) -> None:
    picture = decode.picture(astronaut)
    small, large = seen("mesh-shape"), seen("mesh-shape", enlarged(picture, 2))
    for name in LENGTHS:
        one, other = (float(value(output, name).value or 0) for output in (small, large))
        assert one == pytest.approx(other, rel=0.06) and one > 20


def test_files_are_in_millimetres_and_metres(seen: Callable[..., Output], tmp_path: Path) -> None:
    output = seen(FILES, scratch=tmp_path)
    assert value(output, "3D model").value == "in mm"
    model, zipped = output.artifacts
    assert model.facts["unit"] == "m" and zipped.facts["unit"] == "mm"
    assert sha256(model.path.read_bytes()).hexdigest() == model.sha256
    assert zipped.path.stat().st_size == zipped.size
    (face,) = trimesh.load(model.path, process=False).geometry.values()
    width = np.linalg.norm(face.vertices[234] - face.vertices[454]) * 1000
    read = float(value(seen("mesh-shape"), "face width").value or 0)
    assert width == pytest.approx(read, rel=0.01)


def test_a_face_without_ruler_is_in_eye_distances(
    seen: Callable[..., Output], astronaut: Path, tmp_path: Path
) -> None:
    import cv2

    pixels = cv2.resize(decode.picture(astronaut).pixels, (256, 256), interpolation=cv2.INTER_AREA)
    output = seen(FILES, Picture(np.asarray(pixels, np.uint8)), tmp_path)
    assert value(output, "3D model").value == "in eye distances"
    (face,) = trimesh.load(output.artifacts[0].path, process=False).geometry.values()
    assert np.linalg.norm(face.vertices[33] - face.vertices[263]) == pytest.approx(1, abs=0.1)


def test_makes_no_files_where_nobody_wants_them(seen: Callable[..., Output]) -> None:
    assert not seen(FILES).artifacts
