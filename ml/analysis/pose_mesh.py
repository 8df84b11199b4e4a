"""Reads which way a head is turned off its mesh: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator
from math import acos, cos, degrees, exp, radians

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import MESH, POSE, Output, Pose, Poses, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.registry import Commercial, Model, ModelCard, figures, register
from ml.types import Face, Mark, MarkKind, Reading

NAME = "mesh-pose"
NOSE = 1  # mesh vertex at the tip
LENGTH = 0.7  # of a drawn axis, in heights of the mesh
TONES = ("x", "y", "z")
# The mesh knows no profiles: it lays a whole face over half of one. The detector's points do: there
# the eyes fall together. Between them, in distances from eyes to mouth; less is a profile. .44 is
# best on one half of LFW's labelled backgrounds (`python -m tests.fitting.profiles`): there and on
# the other half 34 of 38 profiles are told, and none of 244 other faces is taken for one.
EYES_FALL_TOGETHER = 0.45
# Degrees between where the head points and the camera. Yes is as likely as no at the first; the
# second is what a reading is off, from small to large faces and from one person to the next.
TOWARDS, OFF = 25.0, 6.0
SURE = 0.7
FACES_CAMERA = "faces the camera"
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 4,867 faces, 4 not read",
        "2026-11-25",
        "manage.py evaluate orientation --data lfw --models mesh-pose --seed 0",
        {
            "mirrored and turned copies differ by (median)": "0.4 degrees (0.4 to 0.4)",
            "yaw, mirrored, differs by (median)": "1.4 degrees (1.3 to 1.5)",
            "pitch, mirrored, differs by (median)": "1.3 degrees (1.3 to 1.3)",
            "roll, mirrored, differs by (median)": "0.7 degrees (0.7 to 0.8)",
            "yaw, turned by 30, differs by (median)": "0.5 degrees (0.4 to 0.5)",
            "pitch, turned by 30, differs by (median)": "0.6 degrees (0.5 to 0.6)",
            "roll, turned by 30, differs by (median)": "0.3 degrees (0.3 to 0.3)",
            "mirrored yaw has the right sign": "100.0 % (100.0 to 100.0)",
            "yaw at 20 px differs by (median)": "2.0 degrees (1.9 to 2.0)",
            "yaw at 20 px differs by (nine in ten less)": "5.3 degrees (5.1 to 5.4)",
            "pitch at 20 px differs by (median)": "2.7 degrees (2.6 to 2.8)",
            "pitch at 20 px differs by (nine in ten less)": "7.1 degrees (6.8 to 7.3)",
            "roll at 20 px differs by (median)": "1.0 degrees (1.0 to 1.0)",
            "roll at 20 px differs by (nine in ten less)": "2.7 degrees (2.6 to 2.8)",
            "yaw at 40 px differs by (median)": "0.8 degrees (0.7 to 0.8)",
            "yaw at 40 px differs by (nine in ten less)": "2.1 degrees (2.0 to 2.1)",
            "pitch at 40 px differs by (median)": "1.0 degrees (1.0 to 1.1)",
            "pitch at 40 px differs by (nine in ten less)": "2.8 degrees (2.7 to 2.9)",
            "roll at 40 px differs by (median)": "0.4 degrees (0.4 to 0.4)",
            "roll at 40 px differs by (nine in ten less)": "1.1 degrees (1.1 to 1.2)",
            "yaw at 80 px differs by (median)": "0.5 degrees (0.5 to 0.5)",
            "yaw at 80 px differs by (nine in ten less)": "1.3 degrees (1.3 to 1.4)",
            "pitch at 80 px differs by (median)": "0.6 degrees (0.5 to 0.6)",
            "pitch at 80 px differs by (nine in ten less)": "1.6 degrees (1.5 to 1.6)",
            "roll at 80 px differs by (median)": "0.2 degrees (0.2 to 0.3)",
            "roll at 80 px differs by (nine in ten less)": "0.7 degrees (0.7 to 0.7)",
            "read at 20 px": "86.8 % (85.5 to 88.0)",
            "read at 40 px": "100.0 % (99.9 to 100.0)",
            "read at 80 px": "100.0 % (99.9 to 100.0)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Head pose from the mesh",
        task=POSE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        recipe=2,
        needs=(MESH,),
        paper="The head's axes from eye corners, forehead and chin of the face mesh",
        known_limits=(
            "Errs by several degrees, and reads half profiles nearer to the front than they are; "
            "profiles, of which it knows nine in ten by the detector's points, are not measured, "
            "nor are faces half hidden; reads an upside-down face only where the mesh was fitted "
            "to it."
        ),
        measured=MEASURED,
    )
)
class MeshPose(Model):
    """Yaw, pitch and roll a face, and the head's axes to draw. Signs: ml.geometry."""

    def run(self, view: View) -> Output:
        meshes = view.data(MESH).points
        notes = [hindrance(*one) for one in zip(view.faces, meshes, strict=True)]
        turns = {
            face: geometry.axes(mesh)
            for face, (mesh, note) in enumerate(zip(meshes, notes, strict=True))
            if mesh is not None and not note
        }
        poses = tuple(
            geometry.pose(turns[face]) if face in turns else None for face in range(len(meshes))
        )
        readings = [
            reading
            for face, (pose, note) in enumerate(zip(poses, notes, strict=True))
            for reading in said(face, pose, note)
        ]
        marks = [mark for face, turn in turns.items() for mark in drawn(face, meshes[face], turn)]
        return Output(readings=tuple(readings), marks=tuple(marks), data=Poses(poses))


def hindrance(face: Face, mesh: NDArray[np.float32] | None) -> str:
    """Why a head's turn cannot be read; "" where it can."""
    if mesh is None:
        return TOO_SMALL
    apart = eyes_apart(face)
    return IN_PROFILE if apart is not None and apart < EYES_FALL_TOGETHER else ""


def eyes_apart(face: Face) -> float | None:
    """Between the detector's eyes, across the face, in distances from eyes to mouth: about .95
    from in front, 0 or less in profile. None where the detector gave no points."""
    if face.points is None:
        return None
    right_eye, left_eye, _, right_mouth, left_mouth = np.array(face.points.xy)
    down = (right_mouth + left_mouth - right_eye - left_eye) / 2
    across = np.array([down[1], -down[0]])
    return float((left_eye - right_eye) @ across / max(float(down @ down), 1e-9))


def off_axis(pose: Pose) -> float:
    """Degrees between where the head points and the camera."""
    return degrees(acos(cos(radians(pose.yaw)) * cos(radians(pose.pitch))))


def towards(pose: Pose) -> float:
    """How likely the head points at the camera, 0..1."""
    return 1 / (1 + exp((off_axis(pose) - TOWARDS) / (0.6 * OFF)))  # a normal error, nearly


def said(face: int, pose: Pose | None, note: str) -> Iterator[Reading]:
    """note: why there is no pose."""
    for angle in ("yaw", "pitch", "roll"):
        value = None if pose is None else round(getattr(pose, angle), 1)
        yield Reading(NAME, angle, value, face=face, unit="degrees", note=note)
    if pose is None:
        yield Reading(NAME, FACES_CAMERA, None, face=face, note=note)
        return
    odds = towards(pose)
    score = max(odds, 1 - odds)
    word = "unsure" if score < SURE else "yes" if odds > 0.5 else "no"
    yield Reading(NAME, FACES_CAMERA, word, round(score, 4), face)


def drawn(face: int, mesh: NDArray[np.float32] | None, turn: NDArray[np.float64]) -> Iterator[Mark]:
    """Lines from the tip of the nose: to the person's left, down, and where the face looks."""
    assert mesh is not None  # noqa: S101  faces without a mesh have no turn
    x, y = (float(value) for value in mesh[NOSE, :2])
    length = LENGTH * float(np.linalg.norm(mesh[geometry.CHIN] - mesh[geometry.FOREHEAD]))
    for tone, axis in zip(TONES, (turn[:, 0], turn[:, 1], -turn[:, 2]), strict=True):
        end = round(x + length * float(axis[0]), 1), round(y + length * float(axis[1]), 1)
        line = ((round(x, 1), round(y, 1)), end)
        yield Mark(NAME, "Pose", MarkKind.LINE, (line,), face, tone=tone)
