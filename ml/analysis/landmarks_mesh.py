"""The face mesh as landmarks in common use, each with whether it can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import landmarks
from ml.analysis.mesh_mediapipe import path
from ml.contracts import IRIS, MESH, POSE, Iris, Output, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.types import Mark, MarkKind, Picture, Reading

NAME = "mesh-landmarks"
LAYERS = {68: "68 points", 98: "98 points", 5: "5 points"}
# Cosine between a point's normal and the direction to the camera from which the skin there counts
# as seen. Below 0, for the outline's triangles all lie inside it: from in front it looks aside.
EDGE = -0.1


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """points: 478 x 3 float32, the mesh and then the person's right and left iris (middle, then
    four points of the edge), in pixels of the upright photo; not a number where no iris was
    fitted. visible: 478 booleans: in the photo, and not turned away from the camera."""

    points: Floats
    visible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AllLandmarks:
    """Of each face, in the order of View.faces; None without a mesh, or in profile."""

    faces: tuple[Landmarks | None, ...]


MEASURED = figures(
    "20 drawings that come with the tests",
    "2026-11-25",
    "python -m tests.fitting.drawings",
    {
        "drawn faces found": "6 of 20",
        "mean error on those found, in eye distances": "0.093",
    },
)

LANDMARKS: Task[AllLandmarks] = Task("landmarks", "Landmarks", AllLandmarks, group=Group.WHERE)


@register(
    ModelCard(
        name=NAME,
        title="Landmarks from the mesh",
        task=LANDMARKS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, IRIS),
        paper=(
            "Sagonas et al., 300 Faces in-the-Wild Challenge, 2013, and Wu et al., Look at "
            "Boundary, 2018, as vertices of the face mesh"
        ),
        known_limits=(
            "Measured on drawings only: no labelled photos were to be had. It says which points "
            "are turned away or outside the photo, not which lie behind hair, hands or glasses."
        ),
        measured=MEASURED,
    )
)
class MeshLandmarks(Model):
    """The 5, 68 and 98 points of each face, and how many of its points can be seen."""

    def run(self, view: View) -> Output:
        poses, irises = view.data(POSE).poses, view.data(IRIS).eyes
        meshes = view.data(MESH).points
        found = tuple(
            None if mesh is None or pose is None else placed(mesh, eyes, view.picture)
            for mesh, pose, eyes in zip(meshes, poses, irises, strict=True)
        )
        readings = tuple(
            said(face, one, TOO_SMALL if meshes[face] is None else IN_PROFILE)
            for face, one in enumerate(found)
        )
        marks = tuple(m for face, one in enumerate(found) if one for m in drawn(face, one))
        return Output((), readings, marks, data=AllLandmarks(found))


def placed(
    mesh: Floats, eyes: tuple[Iris | None, Iris | None] | None, picture: Picture
) -> Landmarks:
    """The mesh with its irises, and which points can be seen."""
    points = np.full((landmarks.VERTICES + 2 * landmarks.IRIS_POINTS, 3), np.nan, np.float32)
    points[: landmarks.VERTICES] = mesh
    facing = np.zeros(len(points), bool)
    facing[: landmarks.VERTICES] = towards_camera(mesh)
    for eye, at in zip(eyes or (), (landmarks.RIGHT_IRIS, landmarks.LEFT_IRIS), strict=False):
        if eye is not None:
            points[at : at + landmarks.IRIS_POINTS, :2] = eye.points
            points[at : at + landmarks.IRIS_POINTS, 2] = mesh[[33, 263][at > landmarks.VERTICES], 2]
            facing[at : at + landmarks.IRIS_POINTS] = True
    width, height = picture.size
    x, y = points[:, 0], points[:, 1]
    return Landmarks(points, facing & (x >= 0) & (y >= 0) & (x < width) & (y < height))


def towards_camera(mesh: Floats) -> NDArray[np.bool_]:
    """468 booleans: whether the skin at each vertex is turned to the camera. A nose that stands
    before a cheek it is not told of hides nothing: only the surface's own turn counts."""
    from ml.shape.surface import normals

    turned: NDArray[np.bool_] = -normals(mesh.astype(np.float64))[:, 2] > EDGE
    return turned


def said(face: int, found: Landmarks | None, reason: str) -> Reading:
    """The share of the mesh's points that can be seen."""
    name, unit = "points in sight", "%"
    if found is None:
        return Reading(NAME, name, None, face=face, unit=unit, note=reason)
    share = float(found.visible[: landmarks.VERTICES].mean())
    return Reading(NAME, name, round(100 * share, 0), face=face, unit=unit)


def drawn(face: int, found: Landmarks) -> Iterator[Mark]:
    """The points of each scheme that can be seen; the label tells how many the scheme has."""
    for count, layer in LAYERS.items():
        points = landmarks.subset(found.points, count).astype(np.float32)
        shown = points[landmarks.seen(found.visible, count)]
        if len(shown):
            yield Mark(NAME, layer, MarkKind.POINTS, (path(shown),), face, tone="cool")
