"""Makes a 3D model of each face with the photo's skin on it: files for viewers and printers."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

from ml import alignment
from ml.analysis.iris_mediapipe import EYES_APART
from ml.analysis.shape_mesh import ruler
from ml.contracts import IRIS, MESH, POSE, Output, View
from ml.facewise import TOO_SMALL
from ml.frontal import frontal
from ml.registry import Commercial, Model, ModelCard, Task, register
from ml.runtimes import Floats
from ml.shape import files, texture
from ml.types import Artifact, Reading

NAME = "mesh-model"
MODEL_FILES: Task[Any] = Task("model-files", "3D model", NoneType, on_demand=True)
EYES = "eye distances"  # the unit where there is no ruler
GLB, ZIP = "model/gltf-binary", "application/zip"


@register(
    ModelCard(
        name=NAME,
        title="3D model of a face",
        task=MODEL_FILES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, IRIS),
        paper="The face mesh as a surface (Delaunay triangles), its skin taken from the photo",
        known_limits=(
            "A mask from forehead to chin without hair, ears and neck; its depth is the mesh "
            "network's guess from one photo, eyes and mouth are closed by what the photo shows "
            "there, and a side that is turned away wears the other side's skin."
        ),
    )
)
class MeshModel(Model):
    """A GLB and a zipped OBJ a face."""

    def run(self, view: View) -> Output:
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        readings: list[Reading] = []
        artifacts: list[Artifact] = []
        for face in range(len(view.faces)):
            mesh = meshes.get(face)
            if mesh is None:
                readings.append(Reading(NAME, "3D model", None, face=face, note=TOO_SMALL))
                continue
            scale = ruler(mesh, view.data(POSE).poses[face], view.data(IRIS).eyes[face])
            unit = EYES if isinstance(scale, str) else "mm"
            readings.append(Reading(NAME, "3D model", f"in {unit}", face=face))
            if view.scratch is not None:
                artifacts += made(view, face, mesh, None if isinstance(scale, str) else scale)
        return Output(readings=tuple(readings), artifacts=tuple(artifacts))


def made(view: View, face: int, mesh: Floats, scale: float | None) -> Iterator[Artifact]:
    """The files of one face. scale: millimetres a pixel, None where they are unknown."""
    assert view.scratch is not None  # noqa: S101  run() asks for no files otherwise
    points = frontal(mesh)
    skin = texture.skin(view.picture.pixels, mesh.astype(np.float64))
    unit, metre = EYES, EYES
    in_metres = points
    if scale is not None:
        points = points * (scale * float(alignment.eye_distance(mesh)) / eyes_apart(points))
        unit, metre, in_metres = "mm", "m", points / 1000
    lent = round(100 * skin.mirrored, 1)
    stem = view.scratch / f"{NAME}-{face + 1}"
    yield kept(
        NAME, "3d-model", GLB, stem.with_suffix(".glb"),
        files.glb(in_metres, skin.pixels, metre), face, {"unit": metre, "skin mirrored, %": lent},
    )  # fmt: skip
    yield kept(
        NAME, "3d-model-obj", ZIP, stem.with_suffix(".zip"),
        files.obj_zip(points, skin.pixels, unit), face, {"unit": unit, "skin mirrored, %": lent},
    )  # fmt: skip


def eyes_apart(points: Any) -> float:
    return float(np.linalg.norm(points[263] - points[33]))


def kept(
    model: str, kind: str, media_type: str, path: Path, content: bytes, face: int | None,
    facts: dict[str, str | float],
) -> Artifact:  # fmt: skip
    """A file written, and what is to be said of it."""
    path.write_bytes(content)
    digest = sha256(content).hexdigest()
    return Artifact(model, kind, media_type, path, digest, len(content), face, facts)
