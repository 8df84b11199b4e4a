"""Turns a face mesh to the front and brings it to one scale, by what no expression moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.geometry import solid_similarity

Points = NDArray[np.float64]

# Vertices (the person's right, left) and where they lie in the average face: corners of the eyes,
# temples, forehead and ears, then forehead and bridge of the nose in the middle. The unit is the
# distance between the outer corners of the eyes, the origin lies between them; x towards the
# person's left ear, y down, z out of the back of the head. Medians over the 1,710 faces of LFW
# turned by less than 10 degrees; measured, not tuned (`python -m tests.fitting.action_units`).
PAIRS = {
    (33, 263): (-0.5, 0.0, 0.0),
    (133, 362): (-0.19, 0.017, -0.058),
    (127, 356): (-0.781, 0.042, 0.55),
    (103, 332): (-0.555, -0.468, -0.004),
    (234, 454): (-0.772, 0.197, 0.608),
}
MIDDLE = {
    10: (0.0, -0.567, -0.218),
    151: (0.0, -0.394, -0.25),
    168: (0.0, -0.042, -0.249),
    6: (0.0, 0.045, -0.295),
}
STILL = [vertex for pair in PAIRS for vertex in pair] + list(MIDDLE)
AVERAGE: Points = np.array(
    [(side * x, y, z) for x, y, z in PAIRS.values() for side in (1, -1)] + list(MIDDLE.values())
)


def frontal(mesh: NDArray[Any]) -> Points:
    """The mesh (468 x 3, see ml.contracts.Meshes) upright and seen from in front, in distances
    between the average face's eyes.

    The turn, one scale and the shift that bring its still points nearest to the average face's:
    turning, moving or enlarging a mesh changes nothing.
    """
    turn, scale, shift = solid_similarity(mesh[STILL], AVERAGE)
    upright: Points = scale * mesh.astype(np.float64) @ turn.T + shift
    return upright
