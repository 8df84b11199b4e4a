"""The job: photos in, one shape out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from ml import decode, registry
from ml.errors import MLError
from ml.frontal import frontal
from ml.pipelines import Context
from ml.pool import Pool
from ml.shape.pipeline import ShapeInputs, ShapeOptions, shape
from ml.types import Report
from ml.weights import Weights
from tests.fitting.fused_shape import mesh_of
from tests.fitting.known_head import camera, head, photographed

registry.discover()
MODELS = ("centerface", "mediapipe-mesh", "mediapipe-iris", "mesh-pose")


@pytest.fixture
def context(weights_folder: Path, tmp_path: Path) -> Context:
    return Context(Pool(Weights(weights_folder)), scratch=tmp_path)


@pytest.fixture
def photos(astronaut: Path, context: Context, tmp_path: Path) -> tuple[Path, ...]:
    """Of the astronaut from three sides."""
    picture = decode.picture(astronaut)
    mesh = mesh_of(context.pool, picture)
    assert mesh is not None
    one = head(picture, mesh.astype(np.float64), frontal(mesh))
    made = []
    for yaw in (-25, 0, 25):
        made.append(tmp_path / f"{yaw}.png")
        Image.fromarray(photographed(one, camera(yaw, 0, 13)).pixels).save(made[-1])
    return tuple(made)


def test_one_shape_of_three_photos(photos: tuple[Path, ...], context: Context) -> None:
    report = shape(ShapeOptions(), ShapeInputs(photos, MODELS), context)
    assert Report.from_json(report.to_json()) == report
    said = {one.name: one for one in report.readings}
    assert said["photos of the shape"].value == 3 and len(report.faces) == 1
    assert 100 < float(said["face width"].value or 0) < 190
    low, high = said["face width"].interval or (0, 0)
    assert low < float(said["face width"].value or 0) < high
    (face,) = trimesh.load(report.artifacts[0].path, process=False).geometry.values()
    assert len(face.vertices) == 468 and report.artifacts[0].facts["unit"] == "m"


def test_photos_without_a_face_are_left_out_and_said_so(
    photos: tuple[Path, ...], context: Context, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.png"
    Image.new("RGB", (300, 300), "grey").save(empty)
    report = shape(ShapeOptions(), ShapeInputs((*photos[:2], empty), MODELS), context)
    assert report.notes == ("Left out, for want of a face that is large enough: 1.",)
    with pytest.raises(MLError, match="At least two"):
        shape(ShapeOptions(), ShapeInputs((photos[0], empty), MODELS), context)


def test_a_camera_file_must_name_each_photo(photos: tuple[Path, ...], context: Context) -> None:
    text = "1 PINHOLE 512 512 9 9 1 1\n1 1 0 0 0 0 0 1 1 a.png\n\n"
    with pytest.raises(MLError, match="names 1 photos, the job 3"):
        shape(ShapeOptions(cameras=text), ShapeInputs(photos, MODELS), context)
