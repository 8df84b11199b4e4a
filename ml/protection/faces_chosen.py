"""Which faces of a photo are to be protected, and whether they can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, decode, registry
from ml.contracts import DETECTION, IRIS, MESH, PARSING, POSE, KnownFace, Parsed, Pose
from ml.errors import MLError
from ml.pipelines import Context
from ml.protection.recognisers import Judges, Vectors
from ml.registry import Task
from ml.sequence import SAME, Outputs, look
from ml.types import Box, Face, Picture

FACES: tuple[Task[Any], ...] = (DETECTION, MESH, POSE)
EYES_APART = 24.0  # pixels; a face that is smaller has no room for a change that lasts
TURNED = 50.0  # degrees to a side, from which on half a face is guessed
NO_FACE = "No face was found in this photo."
BLUR = "Blur it instead."


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """number: of the face among all that were found. head: its parts, where they were asked
    for."""

    number: int
    face: Face
    mesh: NDArray[np.float32]
    head: Parsed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """faces: all of the photo. chosen: those to protect. left_out: sentences about the others."""

    faces: tuple[Face, ...]
    chosen: tuple[Chosen, ...]
    left_out: tuple[str, ...]


def found(picture: Picture, boxes: Sequence[Box], models: Sequence[str], context: Context) -> Found:
    """The faces in the boxes, or all that are fit for it where there are no boxes.

    Raises:
        MLError: there is no face, none in one of the boxes, or one that cannot be protected so.
    """
    faces, outputs = _seen(picture, models, context, (*FACES, IRIS, PARSING))
    if not faces:
        raise MLError(NO_FACE)
    meshes, poses, heads = outputs[MESH].data, outputs[POSE].data, parsed(outputs, len(faces))
    wanted = [nearest(faces, box) for box in boxes] or list(range(len(faces)))
    chosen, left_out = [], []
    for number in dict.fromkeys(wanted):
        mesh = meshes.points[number]
        if why := hindrance(mesh, poses.poses[number], number):
            left_out.append(why)
        else:
            assert mesh is not None  # noqa: S101  hindrance() said so
            chosen.append(Chosen(number, faces[number], mesh, heads[number]))
    if left_out and (boxes or not chosen):
        raise MLError(left_out[0])
    return Found(faces, tuple(chosen), tuple(left_out))


def hindrance(mesh: NDArray[Any] | None, pose: Pose | None, number: int) -> str:
    """Why the face cannot be protected by changing how it looks; "" where it can."""
    apart = 0.0 if mesh is None else alignment.eye_distance(mesh)
    if apart < EYES_APART:
        return (
            f"Face {number + 1} is too small: {apart:.0f} pixels between the eyes, at least "
            f"{EYES_APART:.0f} are needed. {BLUR}"
        )
    if pose is None or abs(pose.yaw) > TURNED:
        return f"Face {number + 1} is seen from the side or half hidden. {BLUR}"
    return ""


def nearest(faces: Sequence[Face], box: Box) -> int:
    """Which face lies in the box.

    Raises:
        MLError: none.
    """
    best = max(range(len(faces)), key=lambda i: faces[i].box.iou(box))
    if faces[best].box.iou(box) < SAME:
        raise MLError("No face was found where one was chosen.")
    return best


def known(one: KnownFace, judges: Judges, models: Sequence[str], context: Context) -> Vectors:
    """The vectors of a face on another photo.

    Raises:
        MLError: it holds no face, or none in the box.
    """
    picture = decode.picture(one.photo)
    faces, _ = _seen(picture, models, context, FACES)
    if not faces:
        raise MLError("No face was found in one of the photos to compare with.")
    largest = max(range(len(faces)), key=lambda i: faces[i].box.area)
    number = largest if one.box is None else nearest(faces, one.box)
    return judges.vectors(picture, faces[number])


def parsed(outputs: Outputs, faces: int) -> Sequence[Parsed | None]:
    """The parts of each head, None where they are not known."""
    return outputs[PARSING].data.heads if PARSING in outputs else (None,) * faces


def _seen(
    picture: Picture, models: Sequence[str], context: Context, tasks: Sequence[Task[Any]]
) -> tuple[tuple[Face, ...], Outputs]:
    names = [name for name in models if registry.get(name).card.task in tasks]
    report, outputs = look(picture, names, Context(context.pool))
    return report.faces, outputs
