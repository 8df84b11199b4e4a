"""Reads how far a head is turned off the five points of a detector, and off nothing else.

A judge for what was made with the face mesh: the detector's network never saw it. Eyes, nose and
mouth corners of the average face are laid over the five points (scaled orthography: DeMenthon and
Davis, Model-Based Object Pose in 25 Lines of Code, 1995). Only yaw is told well: over photos of LFW
it goes with the mesh's (`python -m tests.fitting.five_points`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.landmarks import OF_5
from ml.shape.surface import average
from ml.types import Face


def yaw(face: Face) -> float | None:
    """Degrees, signs as in ml.geometry; None where the detector gave no points."""
    if face.points is None:
        return None
    solid = average()[np.array(OF_5)].mean(1)
    solid = solid - solid.mean(0)
    flat = np.array(face.points.xy, np.float64)
    flat = flat - flat.mean(0)
    rows: NDArray[np.float64] = np.linalg.lstsq(solid, flat, rcond=None)[0].T
    left, _, right = np.linalg.svd(rows, full_matrices=False)
    level = left @ right  # the nearest pair of rows of a rotation
    turn = np.vstack([level, np.cross(level[0], level[1])])
    return geometry.pose(turn).yaw
