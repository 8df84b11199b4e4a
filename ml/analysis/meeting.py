"""Finds the place that several people look at: where the rays from their eyes meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.analysis.heads import beside

Array = NDArray[np.float64]
LEAST = 3  # rays: two that run into each other nearly always meet somewhere
MOST = 24  # rays that are tried with each other, those of the nearest faces
# Between two rays, so that it can be told where they meet; and how far from the eyes that may be.
APART, NEAR, FAR = np.radians(15.0), 250.0, 6000.0


def meeting(eyes: Array, directions: Array, spread: Array) -> tuple[Array, list[int]] | None:
    """The place that most rays pass, within what they are off, and whose they are.

    eyes, directions: N x 3, spread: N radians. None where fewer than three meet, or no more than
    half of all.
    """
    chosen = np.argsort(np.linalg.norm(eyes, axis=1), kind="stable")[:MOST]
    best = max(
        (
            passing(place, eyes, directions, spread)
            for place in crossings(eyes[chosen], directions[chosen])
        ),
        key=len,
        default=[],
    )
    if len(best) < LEAST or 2 * len(best) <= len(eyes):
        return None
    place = nearest(eyes[best], directions[best])
    whose = passing(place, eyes, directions, spread)
    return (place, whose) if len(whose) >= LEAST and 2 * len(whose) > len(eyes) else None


def crossings(eyes: Array, directions: Array) -> Array:
    """Where pairs of rays come nearest to each other, M x 3: in front of both, not too far away,
    and not for rays that run side by side."""
    i, j = np.triu_indices(len(eyes), 1)
    a, b, between = directions[i], directions[j], eyes[j] - eyes[i]
    cos, along_a, along_b = (a * b).sum(1), (a * between).sum(1), (b * between).sum(1)
    sine = np.maximum(1 - cos**2, 1e-9)
    s, t = (along_a - cos * along_b) / sine, (cos * along_a - along_b) / sine
    good = (np.arccos(np.clip(cos, -1, 1)) > APART) & (np.minimum(s, t) > NEAR)
    good &= np.maximum(s, t) < FAR
    found: Array = (eyes[i] + s[:, None] * a + eyes[j] + t[:, None] * b)[good] / 2
    return found


def passing(place: Array, eyes: Array, directions: Array, spread: Array) -> list[int]:
    """Whose ray passes the place."""
    way = place - eyes
    far = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    return [int(one) for one in np.flatnonzero(beside(way / far, directions) <= spread)]


def nearest(eyes: Array, directions: Array) -> Array:
    """The place with the least squared distance to all rays."""
    across = np.eye(3) - directions[:, :, None] * directions[:, None]
    found: Array = np.linalg.solve(across.sum(0), (across @ eyes[:, :, None]).sum(0)[:, 0])
    return found
