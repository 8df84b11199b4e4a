"""How deep a face lies, from one photo and others of the same person.

A mesh network sees where points lie in a photo, and hardly how deep: that it takes from faces in
general. What was tried and left out is in docs/portraits-measured.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ml import geometry
from ml.contracts.portraits import Beside, Together
from ml.frontal import AVERAGE, STILL, frontal
from ml.shape import views
from ml.shape.bundle import aligned
from ml.shape.surface import Points


def unheard() -> None:
    """Nobody asks to stop."""


def fused(
    own: Beside, others: Sequence[Beside], listen: Callable[[], None] = unheard
) -> Together | None:
    """The own mesh, each vertex moved along the line of sight to how deep all photos that agree
    have it: what the photo shows stays where it is.

    Each of the others is held against the own photo by itself, so that none lets another in: it
    agrees where the skin of one is found again in the other (ml.shape.views), which in other light
    or with another expression is not so. Where those that agree do not agree among themselves, the
    one that agrees best is taken. None where none does. listen: called before each comparison, of
    seconds; it may raise Cancelled.
    """
    pairs = {}
    for number, one in enumerate(others):
        listen()
        if (pair := shape_of(own, one)).measured:
            pairs[number] = pair
    if not pairs:
        return None
    best = min(pairs, key=lambda number: pairs[number].off)
    shape, joined = pairs[best], [best]
    if len(pairs) > 1:
        listen()
        if (whole := shape_of(own, *(others[number] for number in pairs))).measured:
            shape, joined = whole, list(pairs)
    there = frontal(own.mesh)
    deep = along(own.mesh, (aligned(shape.points, there) - there) @ sight_of(own.mesh))
    return Together(deep, tuple(others[number] for number in joined), tuple(joined))


def shape_of(*photos: Beside) -> views.Fused:
    return views.fused([views.Seen(one.picture, one.mesh) for one in photos])


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
