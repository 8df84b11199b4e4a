"""Reads which way a head is turned off its mesh: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import MESH, POSE, Output, Pose, Poses, View
from ml.registry import Commercial, Model, ModelCard, register
from ml.types import Mark, MarkKind, Reading

NAME = "mesh-pose"
NOSE = 1  # mesh vertex at the tip
LENGTH = 0.7  # of a drawn axis, in heights of the mesh
TONES = ("x", "y", "z")


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
        needs=(MESH,),
        paper="The head's axes from eye corners, forehead and chin of the face mesh",
        known_limits=(
            "Errs by several degrees, more beyond 60 degrees of yaw; reads an upside-down face "
            "only where the mesh was fitted to it."
        ),
    )
)
class MeshPose(Model):
    """Yaw, pitch and roll a face, and the head's axes to draw. Signs: ml.geometry."""

    def run(self, view: View) -> Output:
        meshes = view.data(MESH).points
        turns = [None if mesh is None else geometry.axes(mesh) for mesh in meshes]
        poses = tuple(None if turn is None else geometry.pose(turn) for turn in turns)
        marks = [
            mark
            for face, (mesh, turn) in enumerate(zip(meshes, turns, strict=True))
            if mesh is not None and turn is not None
            for mark in drawn(face, mesh, turn)
        ]
        readings = [reading for face, pose in enumerate(poses) for reading in said(face, pose)]
        return Output(readings=tuple(readings), marks=tuple(marks), data=Poses(poses))


def said(face: int, pose: Pose | None) -> Iterator[Reading]:
    for angle in ("yaw", "pitch", "roll"):
        if pose is None:
            yield Reading(NAME, angle, None, face=face, unit="degrees", note="face too small")
        else:
            value = round(getattr(pose, angle), 1)
            yield Reading(NAME, angle, value, face=face, unit="degrees")


def drawn(face: int, mesh: NDArray[np.float32], turn: NDArray[np.float64]) -> Iterator[Mark]:
    """Lines from the tip of the nose: to the person's left, down, and where the face looks."""
    x, y = (float(value) for value in mesh[NOSE, :2])
    length = LENGTH * float(np.linalg.norm(mesh[geometry.CHIN] - mesh[geometry.FOREHEAD]))
    for tone, axis in zip(TONES, (turn[:, 0], turn[:, 1], -turn[:, 2]), strict=True):
        end = round(x + length * float(axis[0]), 1), round(y + length * float(axis[1]), 1)
        line = ((round(x, 1), round(y, 1)), end)
        yield Mark(NAME, "Pose", MarkKind.LINE, (line,), face, tone=tone)
