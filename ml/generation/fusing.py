"""How deep a face lies, from one photo and others of the same person.

A mesh network sees where points lie in a photo, and hardly how deep: that it takes from faces in
general. What was tried and left out is in docs/portraits-measured.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml import geometry
from ml.contracts.portraits import Beside
from ml.frontal import AVERAGE, STILL, frontal
from ml.shape import views
from ml.shape.bundle import aligned
from ml.shape.surface import Points


def fused(own: Beside, others: Sequence[Beside]) -> Points | None:
    """The own mesh (468 x 3 in pixels of its photo), each vertex moved along the line of sight to
    how deep all photos together have it: what the photo shows stays where it is. None where there
    are no others, or where the skin of one photo is not found again in the others (ml.shape.views):
    in other light or with another expression they do not tell.
    """
    if not others:
        return None
    together = views.fused([views.Seen(one.picture, one.mesh) for one in (own, *others)])
    if not together.measured:
        return None
    there = frontal(own.mesh)
    return along(own.mesh, (aligned(together.points, there) - there) @ sight_of(own.mesh))


def along(mesh: Points, by: Points) -> Points:
    """The mesh moved along its line of sight. by: 468, in the unit of ml.frontal."""
    _, scale, _ = geometry.solid_similarity(mesh[STILL], AVERAGE)
    gone: Points = mesh.astype(np.float64)
    gone[:, 2] += by / scale
    return gone


def sight_of(mesh: Points) -> Points:
    """3, of length 1: the camera's line of sight, away from it, in the frame of ml.frontal."""
    turn, _, _ = geometry.solid_similarity(mesh[STILL], AVERAGE)
    away: Points = turn[:, 2]
    return away
