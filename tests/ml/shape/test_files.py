"""The files, read by others."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
import trimesh

from ml.shape import files, texture
from ml.shape.surface import Points, average, opposite, rolled_out, triangles

SKIN = np.zeros((256, 256, 3), np.uint8)
SKIN[:128], SKIN[128:] = (200, 30, 30), (30, 30, 200)  # red above, blue below


def test_a_reader_of_glb_finds_the_face_in_it() -> None:
    made = files.glb(average(), SKIN, "eye distances")
    scene = trimesh.load(io.BytesIO(made), file_type="glb", process=False)
    (face,) = scene.geometry.values()
    assert len(face.vertices) == 468 and len(face.faces) == len(triangles())
    assert np.allclose(face.vertices, average() * (1, -1, -1), atol=1e-6)
    assert face.vertices[4, 2] > face.vertices[234, 2]  # the nose is nearer than the ear
    assert face.vertices[10, 1] > face.vertices[152, 1]  # the forehead is above the chin
    # What the reader computes from the triangles points where we say that it does.
    assert (face.face_normals[:, 2] > 0).mean() > 0.95
    assert (face.vertex_normals * (files.upright(_normals()))).sum(1).min() > 0.3
    picture = np.asarray(face.visual.material.baseColorTexture.convert("RGB"))
    assert (picture == SKIN).all()
    assert colour_at(face, 10) == (200, 30, 30) and colour_at(face, 152) == (30, 30, 200)


def test_a_reader_of_obj_finds_the_face_in_it() -> None:
    made = files.obj_zip(average() * 90, SKIN, "mm")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["face.obj", "face.mtl", "face.png"]
        resolver = trimesh.resolvers.ZipResolver(
            {name: io.BytesIO(archive.read(name)) for name in archive.namelist()}
        )
        text = io.BytesIO(archive.read("face.obj"))
        face = trimesh.load(text, file_type="obj", resolver=resolver, process=False, force="mesh")
    assert b"unit: mm" in text.getvalue()
    assert len(face.faces) == len(triangles())
    assert np.allclose(np.ptp(face.vertices, axis=0), np.ptp(average() * 90, axis=0), atol=1e-3)


def colour_at(face: trimesh.Trimesh, vertex: int) -> tuple[int, ...]:
    """As the reader sees it at a vertex."""
    return tuple(face.visual.to_color().vertex_colors[vertex, :3].tolist())


def _normals() -> Points:
    from ml.shape.surface import normals

    return normals(average())


def turned_away() -> Points:
    """The average face turned by 50 degrees, 300 pixels wide or so."""
    from tests.ml.test_geometry import turned

    mesh: Points = average() @ turned(50, 0, 0).T * 150 + (256, 200, 0)
    return mesh


def test_a_side_that_is_turned_away_wears_the_other_sides_skin() -> None:
    photo = np.full((512, 512, 3), 90, np.uint8)
    mesh = turned_away()
    made = texture.skin(photo, mesh)
    assert 0.2 < made.mirrored < 0.5
    assert texture.skin(photo, average() * 100 + (256, 200, 0)).mirrored < 0.02


def test_skin_is_taken_from_where_the_photo_shows_it() -> None:
    """A photo whose red tells the column and whose green the row."""
    columns, rows = np.meshgrid(np.arange(256), np.arange(256))
    photo = np.stack([columns, rows, np.zeros_like(rows)], 2).astype(np.uint8)
    mesh = average() * 80 + (128, 100, 0)
    made = texture.skin(photo, mesh)
    side = len(made.pixels) - 1
    for vertex in (4, 33, 263, 152, 10):
        x, y = np.round(rolled_out()[vertex] * side).astype(int)
        if vertex in (10, 152):
            y += 2 if vertex == 10 else -2
        assert made.pixels[y, x, :2] == pytest.approx(mesh[vertex, :2], abs=4)
    lent = made.pixels[:, ::-1][..., 0].astype(int) + made.pixels[..., 0]
    assert abs(int(lent[128, 128]) - 256) < 4  # what is on one side is not on the other
    assert opposite()[33] == 263
