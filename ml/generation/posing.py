"""Where the mesh of a face goes when the person turns and looks otherwise, without any picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml import geometry
from ml.contracts import Pose
from ml.contracts.portraits import Wish
from ml.frontal import AVERAGE, STILL, frontal
from ml.generation.present import instead
from ml.generation.rendering import DEEPER, wanted
from ml.shape.surface import Points

# In the frame of ml.frontal: what a head turns about, between the ears.
PIVOT = np.array([0.0, 0.2, 0.6])
# A portrait's face: height of the eyes from above, and their distance, as parts of the side.
EYES, APART = 0.42, 0.2


def posed(mesh: Points, wish: Wish) -> Points:
    """The mesh (468 x 3, in pixels) where it goes as wished; the head stays where it is. Signs of
    angles as in ml.geometry; light and mirroring are not the mesh's. What turns is as deep as a
    head, which the mesh is not.

    Raises:
        LookupError: no expression or coefficient has that name.
    """
    turn, scale, shift = geometry.solid_similarity(mesh[STILL], AVERAGE)
    about = (PIVOT - shift) @ turn / scale
    face = frontal(mesh) + instead(wanted(wish), mesh)
    now = geometry.pose(turn.T)
    there = geometry.rotation(
        Pose(now.yaw + wish.yaw, now.pitch + wish.pitch, now.roll + wish.roll)
    )
    away = face - PIVOT
    solid = away * (1, 1, DEEPER)
    moved: Points = (away @ turn + solid @ (there.T - turn)) / scale + about
    return moved


def placed(mesh: Points, width: int, height: int) -> Points:
    """The mesh (468 x 3) in a portrait of that size: its eyes above the middle, before whatever
    pose it has."""
    _, scale, _ = geometry.solid_similarity(mesh[STILL], AVERAGE)
    eyes: Any = mesh[STILL[:4]].mean(0)
    centre = np.array([width / 2, height * EYES, 0.0])
    put: Points = (mesh - eyes) * scale * APART * min(width, height) + centre
    return put
