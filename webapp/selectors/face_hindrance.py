"""What stored results say against drawing a face again from its mesh, before a job finds out."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist
from uuid import UUID

from ml.contracts import POSE
from ml.generation.portraits_mesh import ASIDE, EYES_APART, TURNED
from ml.generation.sitting import INSTEAD
from ml.types import Points
from webapp.models import Face, Reading

# The detector's points are the eyes' middles; the job measures between the outer corners of the
# mesh's, which of faces looking ahead are 1.45 times as far apart, and seldom twice.
USUAL, MOST = 1.45, 2.0
TOO_SMALL = (
    "The face is too small to be drawn again: its eyes are some {:.0f} pixels apart, and {:.0f} "
    "are needed."
)


def hindrance(face: Face) -> str:
    """A sentence with what can be done; "" where nothing that is stored speaks against it."""
    return hindrances([face])[face.pk]


def hindrances(faces: Sequence[Face]) -> dict[UUID, str]:
    """The same of each of several faces, in one query."""
    read = Reading.objects.filter(face__in=faces, run__task=POSE.name, name="yaw")
    yaws = dict(read.order_by("-pk").values_list("face", "number"))  # the first of several
    return {face.pk: _hindrance(face, yaws.get(face.pk)) for face in faces}


def _hindrance(face: Face, yaw: float | None) -> str:
    if yaw is not None and abs(yaw) > TURNED:
        return ASIDE.format(abs(yaw)) + INSTEAD
    return too_small(face)


def too_small(face: Face) -> str:
    """The same of its size alone: a further photo is worth the more, the more it shows aside."""
    if face.points:
        right, left = Points.from_json(face.points).xy[:2]
        if (apart := dist(right, left)) * MOST < EYES_APART:
            return TOO_SMALL.format(apart * USUAL, EYES_APART) + INSTEAD
    return ""
