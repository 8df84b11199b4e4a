"""Fits 33 points to each person's body with MediaPipe's BlazePose, looked for below each face."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from pathlib import Path

import numpy as np

from ml import geometry
from ml.alignment import extent, tilt
from ml.analysis.anchors import Detector, Found, Network
from ml.contracts import BODY, DETECTION, Bodies, Body, Output, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, derived
from ml.types import Face, Mark, MarkKind, Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "mediapipe-body"
SIZE = 256
DETECTOR_SIZE, STRIDES, LEAST = 224, (8, 16, 32, 32, 32), 0.5
MARGIN = 1.25  # the square cut out, in diameters of the circle around the person
# Where a body lies below its face, in long sides of the face's box: the middle between the hips,
# and the radius of the circle around all of it. Medians over 401 faces of LFW of where the
# detector sees them (`python -m tests.fitting.body_places`).
HIPS, RADIUS = 3.0, 3.85
SMALLEST = 16.0  # pixels of the face's box: a body is then some 120 high
MOST = 6  # bodies a photo: each costs 8 ms
SURE = 0.5  # from here on there is a body, and a point of it is in sight
NOSE, SHOULDERS, HIP_POINTS = 0, (11, 12), (23, 24)
NOT_SEEN, NOT_ASKED = "body not in sight", "only the six largest are looked at"
BONES = (
    *((11, 12), (11, 13), (13, 15), (12, 14), (14, 16), (11, 23), (12, 24), (23, 24)),
    *((23, 25), (25, 27), (24, 26), (26, 28), (27, 31), (28, 32), (15, 19), (16, 20)),
)

FINDER = File(
    "mediapipe/modules/pose_detection/pose_detection.tflite",
    "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    2_959_046,
)
FITTER = File(
    "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
    "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    6_440_512,
)


@register(
    ModelCard(
        name=NAME,
        title="MediaPipe body",
        task=BODY,
        weights=(Pypi("mediapipe", "0.10.21", (FINDER, FITTER), download=35_622_638),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=80,
        needs=(DETECTION,),
        paper="Bazarevsky et al., BlazePose: On-device Real-time Body Pose Tracking, 2020",
        known_limits=(
            "How far its points are off was not measured here: no photo has known ones. "
            "Guesses what is covered or out of the photo, takes neighbours' arms in a crowd, finds "
            "few bodies whose face was not found, and looks at six people at most."
        ),
    )
)
class MediaPipeBody(Model):
    """A body a face, and those the detector finds besides."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._find = Detector(weights.path(FINDER), DETECTOR_SIZE, STRIDES, LEAST, low=-1.0)
        self._net = Network(derived(weights, FITTER, "points-1.tflite", points_only))

    def run(self, view: View) -> Output:
        asked = largest(view.faces)
        found = {i: self.fitted(view.picture, below(view.faces[i]), i) for i in asked}
        bodies = [body for i, body in found.items() if belongs(body, view.faces[i])]
        new = [one for one in self._find(view.picture) if not any(known(one, b) for b in bodies)]
        for place in new[: MOST - len(asked)]:
            body = self.fitted(view.picture, around(place), None)
            if body.score >= SURE and not any(same(body, other) for other in bodies):
                bodies.append(body)
        data = Bodies(tuple(bodies))
        readings = [said(i, face, i in asked, data.of(i)) for i, face in enumerate(view.faces)]
        note = NOT_ASKED if len(asked) == MOST else ""
        readings.append(Reading(NAME, "bodies in sight", len(bodies), note=note))
        return Output(readings=tuple(readings), marks=tuple(drawn(data)), data=data)

    def fitted(self, picture: Picture, cut: geometry.Matrix, face: int | None) -> Body:
        """The body the network sees in the cut, whatever is there."""
        chip = geometry.chip(picture, cut, SIZE).astype(np.float32) / np.float32(255)
        values, odds = self._net.all(chip[None])
        points = values.reshape(-1, 5)[:33]
        where = points[:, :3] / np.float32(geometry.scale(cut))
        where[:, :2] = geometry.moved(geometry.inverse(cut), points[:, :2] - 0.5)
        seen = 1 / (1 + np.exp(-np.clip(points[:, 3:].min(1), -80, 80)))
        return Body(where, seen.astype(np.float32), float(np.clip(odds[0, 0], 0, 1)), face)


def points_only(model: Path) -> bytes:
    """The network without the outline, the heat maps and the points in metres that it gives beside
    the points in the picture and how sure it is: two fifths of its time."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    net = schema.ModelT.InitFromPackedBuf(model.read_bytes(), 0)
    (graph,) = net.subgraphs
    graph.outputs = graph.outputs[:2]
    wanted, kept = set(graph.outputs), []
    for step in reversed(graph.operators):
        if wanted.intersection(step.outputs):
            wanted.update(step.inputs)
            kept.append(step)
    graph.operators = kept[::-1]
    builder = flatbuffers.Builder()
    builder.Finish(net.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def largest(faces: tuple[Face, ...]) -> list[int]:
    """The faces whose bodies are looked for, in their order."""
    able = [i for i, face in enumerate(faces) if extent(face) >= SMALLEST]
    return sorted(sorted(able, key=lambda i: -extent(faces[i]))[:MOST])


def below(face: Face) -> geometry.Matrix:
    """The cut in which a face's body stands upright if it goes on where the head points."""
    leaning = tilt(face)
    x, y = face.box.centre
    down = (
        extent(face) * HIPS * np.array([-np.sin(np.radians(leaning)), np.cos(np.radians(leaning))])
    )
    side = 2 * MARGIN * RADIUS * extent(face)
    return geometry.square((x + float(down[0]), y + float(down[1])), side, leaning, SIZE)


def around(found: Found) -> geometry.Matrix:
    """The cut around what the detector found: its points are the middle between the hips, and
    the end upwards of the circle around the person."""
    hips, top = found.points[:2].astype(np.float64)
    leaning = geometry.roll((0, 0), hips - top)
    return geometry.square((hips[0], hips[1]), 2 * MARGIN * hypot(*(top - hips)), leaning, SIZE)


def belongs(body: Body, face: Face) -> bool:
    """Whether it is a body, and its nose the face's."""
    x, y = body.points[NOSE, :2]
    box = face.box
    return body.score >= SURE and box.left < x < box.right and box.top < y < box.bottom


def known(found: Found, body: Body) -> bool:
    """Whether what the detector found is that body: the hips it sees are nearer to the body's
    trunk than the trunk is long."""
    return near(found.points[0], body)


def same(body: Body, other: Body) -> bool:
    """Whether two found bodies are one."""
    return near(body.points[list(HIP_POINTS), :2].mean(0), other)


def near(hips: Floats, body: Body) -> bool:
    shoulders, own = (body.points[list(pair), :2].mean(0) for pair in (SHOULDERS, HIP_POINTS))
    return hypot(*(own - hips)) < hypot(*(own - shoulders))


def said(index: int, face: Face, asked: bool, body: Body | None) -> Reading:
    name = "body points in sight"
    if body is None:
        small = extent(face) < SMALLEST
        note = TOO_SMALL if small else NOT_SEEN if asked else NOT_ASKED
        return Reading(NAME, name, None, face=index, note=note)
    return Reading(NAME, name, int((body.seen >= SURE).sum()), round(body.score, 4), index)


def drawn(data: Bodies) -> Iterator[Mark]:
    """The bones between points in sight, and the points."""
    for body in data.bodies:
        dots = [(round(x, 1), round(y, 1)) for x, y in body.points[:, :2].astype(float).tolist()]
        bones = tuple((dots[a], dots[b]) for a, b in BONES if body.seen[[a, b]].min() >= SURE)
        if bones:
            yield Mark(NAME, "Body", MarkKind.LINE, bones, body.face, tone="y")
