"""Reads where eyes look off irises, lids and the turn of the head: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator
from math import acos, asin, atan2, degrees, exp, hypot

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.analysis.eyes import facing, gap
from ml.analysis.iris_mediapipe import HIDDEN, UNCLEAR
from ml.contracts import GAZE, IRIS, MESH, Gaze, Gazes, Iris, Output, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Model, ModelCard, register
from ml.runtimes import Floats
from ml.types import Mark, MarkKind, Reading

NAME = "iris-gaze"

# Lengths are parts of the distance between the outer corners of the eyes in the mesh, 97 mm or so.
# The point that an eye turns around, seen from the middle between the corners of its lids: out to
# the side, down, back into the head. It makes most of 300 faces of UTKFace look at the camera, as
# people do who are photographed.
PIVOT = (0.014, -0.019, 0.036)
RADIUS = 0.108  # from there to the pupil: 10.4 mm in almost everyone
# The gap between the lids in widths of the eye: half of those below the first were shut when looked
# at, and one that is as wide as the second counts in full.
SHUT, OPEN = 0.115, 0.25
# Degrees between what both eyes say, and between eyes and head, beyond which one of them is wrong:
# two faces in a hundred, most of them in profile, blurred or behind goggles.
APART, ASIDE = 30.0, 55.0
MOST = 0.97  # of a gaze lies across the photo: a pupil that looks further away is not seen

AT_CAMERA = 13.0  # degrees beside the camera at which yes is as likely as no
BLUR, OFF = 0.25, 5.0  # what an iris' middle is off in pixels, and a gaze in degrees all the same
SURE = 0.7
LENGTH = 1.5  # of a drawn gaze across the photo, in distances between the eyes
CLOSED = "eyes closed or nearly so"
MEASURES = (("gaze yaw", "degrees"), ("gaze pitch", "degrees"), ("looks at the camera", ""))


@register(
    ModelCard(
        name=NAME,
        title="Gaze from irises and head",
        task=GAZE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        recipe=2,
        needs=(MESH, IRIS),
        paper="An eyeball on the head's axes: the iris' centre against the corners of the lids",
        known_limits=(
            "Not measured here: there was no photo whose gaze is known; that mirrored photos agree "
            "within 3 degrees does not make it right. It can be off by ten degrees and more, "
            "believes in the eyes it sees in some sunglasses, and takes narrow eyes for closed "
            "ones."
        ),
    )
)
class IrisGaze(Model):
    """Where each face looks, and whether at the camera."""

    def run(self, view: View) -> Output:
        meshes = view.data(MESH).points
        found = [gaze(mesh, eyes) for mesh, eyes in zip(meshes, view.data(IRIS).eyes, strict=True)]
        gazes = tuple(None if isinstance(one, str) else one for one in found)
        seen = [
            (face, mesh, one)
            for face, (mesh, one) in enumerate(zip(meshes, gazes, strict=True))
            if mesh is not None and one is not None
        ]
        odds = {face: at_camera(one, alignment.eye_distance(mesh)) for face, mesh, one in seen}
        readings = [
            reading for i, one in enumerate(found) for reading in said(i, one, odds.get(i, 0.0))
        ]
        marks = tuple(ray(*one) for one in seen)
        return Output(readings=tuple(readings), marks=marks, data=Gazes(gazes))


def gaze(mesh: Floats | None, eyes: tuple[Iris | None, Iris | None] | None) -> Gaze | str:
    """Where a face looks, both eyes averaged by how well they are seen; or why that is unknown."""
    if mesh is None or eyes is None:
        return TOO_SMALL
    sides = {side: eye for side, eye in enumerate(eyes) if eye is not None}
    if not sides:
        return HIDDEN
    gaps = {side: gap(eye) for side, eye in sides.items()}
    if max(gaps.values()) < SHUT:
        return CLOSED
    turns = np.array([turned(mesh, *one) for one in sides.items()])
    weights = [facing(mesh, side) ** 2 * min(gaps[side] / OPEN, 1.0) for side in sides]
    found = looking(*np.average(turns, axis=0, weights=weights).tolist())
    apart = degrees(hypot(*(turns[0] - turns[-1])))
    ahead = -geometry.axes(mesh)[:, 2]
    if apart > APART or degrees(acos(np.clip(ahead @ found.vector, -1, 1))) > ASIDE:
        return UNCLEAR
    return found


def turned(mesh: Floats, side: int, eye: Iris) -> NDArray[np.float64]:
    """The part of one eye's gaze that lies across the photo (x, y): how far the pupil is from
    before the point that the eye turns around, in radii. side: 0 the person's right eye, 1 left."""
    out, down, behind = PIVOT
    pivot = geometry.axes(mesh)[:2] @ ((-out, out)[side], down, behind)
    from_middle = eye.points[0] - (eye.contour[0] + eye.contour[8]) / 2
    across: NDArray[np.float64] = from_middle / alignment.eye_distance(mesh) - pivot
    return across / RADIUS


def looking(x: float, y: float) -> Gaze:
    """The gaze towards the camera's side that lies so much across the photo."""
    shorten = min(1.0, MOST / max(hypot(x, y), 1e-9))
    x, y = x * shorten, y * shorten
    z = -((1 - x * x - y * y) ** 0.5)
    return Gaze((x, y, z), degrees(atan2(x, -z)), degrees(asin(-y)))


def at_camera(gaze: Gaze, eyes_apart: float) -> float:
    """How likely the gaze meets the camera, 0..1; the less sure, the smaller the face."""
    beside = degrees(atan2(hypot(*gaze.vector[:2]), -gaze.vector[2]))
    off = hypot(OFF, degrees(BLUR / (RADIUS * eyes_apart)))
    return 1 / (1 + exp((beside - AT_CAMERA) / (0.6 * off)))  # a normal error, nearly


def said(face: int, found: Gaze | str, odds: float) -> Iterator[Reading]:
    """found: a gaze, or why there is none. odds: of its meeting the camera."""
    if isinstance(found, str):
        for name, unit in MEASURES:
            yield Reading(NAME, name, None, face=face, unit=unit, note=found)
        return
    values = found.yaw, found.pitch
    for (name, unit), value in zip(MEASURES, values, strict=False):
        yield Reading(NAME, name, round(value, 1), face=face, unit=unit)
    score = max(odds, 1 - odds)
    word = "unsure" if score < SURE else "yes" if odds > 0.5 else "no"
    yield Reading(NAME, MEASURES[2][0], word, round(score, 4), face)


def ray(face: int, mesh: Floats, gaze: Gaze) -> Mark:
    """A line from between the eyes, the longer the more the gaze lies across the photo."""
    x, y = (float(value) for value in mesh[[geometry.RIGHT_EYE, geometry.LEFT_EYE], :2].mean(0))
    length = LENGTH * alignment.eye_distance(mesh)
    end = round(x + length * gaze.vector[0], 1), round(y + length * gaze.vector[1], 1)
    line = ((round(x, 1), round(y, 1)), end)
    return Mark(NAME, "Gaze", MarkKind.LINE, (line,), face, tone="warm")
