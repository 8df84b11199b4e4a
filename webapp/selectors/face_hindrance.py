"""What stored results say against drawing a face again from its mesh, before a job finds out."""

from __future__ import annotations

from math import dist

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
    yaw = Reading.objects.filter(face=face, run__task=POSE.name, name="yaw").first()
    if yaw is not None and yaw.number is not None and abs(yaw.number) > TURNED:
        return ASIDE.format(abs(yaw.number)) + INSTEAD
    if face.points:
        right, left = Points.from_json(face.points).xy[:2]
        if (apart := dist(right, left)) * MOST < EYES_APART:
            return TOO_SMALL.format(apart * USUAL, EYES_APART) + INSTEAD
    return ""
