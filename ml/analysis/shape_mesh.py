"""Measures a face in millimetres off its mesh, with its irises as the ruler."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

import numpy as np

from ml.analysis.iris_mediapipe import MILLIMETRES, hindrance
from ml.contracts import IRIS, MESH, POSE, Iris, Output, Pose, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.types import Reading

NAME = "mesh-shape"
SHAPE: Task[Any] = Task("shape", "Face shape", NoneType)
# What is measured: between which vertices, in three dimensions, so that turning shortens nothing.
LENGTHS = {
    "face width": (234, 454),  # from ear to ear
    "cheekbone width": (123, 352),
    "jaw width": (172, 397),
    "face height": (168, 152),  # from the nose's root to the chin
    "nose length": (168, 2),
    "nose width": (64, 294),
}
BETWEEN_PEOPLE = 0.04  # irises differ so much between people
# So much differs what two photos of one person say (`python -m tests.fitting.face_sizes`).
BETWEEN_PHOTOS = {
    "face width": 0.047,
    "cheekbone width": 0.047,
    "jaw width": 0.055,
    "face height": 0.052,
    "nose length": 0.049,
    "nose width": 0.071,
}
FOUR_IN_FIVE = 1.28  # standard deviations to either side


@register(
    ModelCard(
        name=NAME,
        title="Face shape from mesh and irises",
        task=SHAPE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        recipe=2,
        needs=(MESH, POSE, IRIS),
        paper="Distances between mesh vertices, with irises of 11.7 mm as the ruler",
        known_limits=(
            "A network's guess of the face, measured with irises taken to be 11.7 mm wide; no face "
            "was here that somebody had measured by hand. Cheekbones come out at the low end of "
            "the usual 130 to 140 mm and noses some millimetres too wide; an open mouth makes a "
            "face higher, a smile a nose wider, and irises seen in some sunglasses are believed. "
            "It says nothing of small and turned faces."
        ),
        measured=figures(
            "LFW, 2,466 faces of 1,423 people whose irises can serve as a ruler",
            "2026-11-25",
            "python -m tests.fitting.face_sizes",
            {
                "median face width": "143 mm",
                "median cheekbone width": "130 mm",
                "median jaw width": "115 mm",
                "median face height": "120 mm",
                "median nose length": "51 mm",
                "median nose width": "40 mm",
                "standard deviation between photos of one person": (
                    "4.7 % (face width) to 7.1 % (nose width)"
                ),
            },
        ),
    )
)
class MeshShape(Model):
    """The lengths of each face whose irises can serve as a ruler."""

    def run(self, view: View) -> Output:
        meshes, poses = view.data(MESH).points, view.data(POSE).poses
        found = zip(meshes, poses, view.data(IRIS).eyes, strict=True)
        readings = [one for face, seen in enumerate(found) for one in said(face, *seen)]
        return Output(readings=tuple(readings))


def said(
    face: int, mesh: Floats | None, pose: Pose | None, eyes: tuple[Iris | None, ...] | None
) -> Iterator[Reading]:
    """The face's lengths, each with the ends between which four in five are."""
    scale = ruler(mesh, pose, eyes)
    for name, ends in LENGTHS.items():
        if mesh is None or isinstance(scale, str):
            yield Reading(NAME, name, None, face=face, unit="mm", note=str(scale))
            continue
        length = scale * float(np.linalg.norm(mesh[ends[0]] - mesh[ends[1]]))
        off = length * FOUR_IN_FIVE * float(np.hypot(BETWEEN_PEOPLE, BETWEEN_PHOTOS[name]))
        interval = round(length - off, 1), round(length + off, 1)
        yield Reading(NAME, name, round(length, 1), None, face, "mm", interval)


def ruler(
    mesh: Floats | None, pose: Pose | None, eyes: tuple[Iris | None, ...] | None
) -> float | str:
    """Millimetres a pixel of the face; or why they are unknown."""
    if mesh is not None and pose is None:
        return IN_PROFILE
    if mesh is None or pose is None or eyes is None:
        return TOO_SMALL
    seen = [eye for eye in eyes if eye is not None]
    if note := hindrance(seen, pose):
        return note
    return MILLIMETRES * len(seen) / sum(eye.diameter for eye in seen)
