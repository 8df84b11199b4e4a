"""Covers faces with the triangles of an average face, one muddled colour each.

The corners are those of the average face, laid where the head is: the face's own would tell its
shape.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels
from ml.protection.heads import Head, Patch
from ml.protection.muddle import Muddle, means, muddled
from ml.registry import Commercial, ModelCard, figures, register
from ml.shape.surface import average

CORNERS = 22  # of the average face's 468
RING, RING_AT = 9, 1.35  # corners beyond the head's edge, and where: parts of its half width
# Deviations of how far each corner, and all together, are moved (parts of the head's width) and
# turned (radians): where they lie over the eyes would tell a face's shape.
JITTER, ASIDE, TURN = 0.04, 0.06, 0.15
MUDDLE = Muddle(pull=0.85, contrast=0.2, shift=26, light=28, tint=10)


@cache
def corners() -> NDArray[np.float64]:
    """N x 2 in a head of width and height 1 around 0: points of the average face that lie well
    apart, and a ring around it."""
    face = average()[:, :2] - (average()[:, :2].min(0) + average()[:, :2].max(0)) / 2
    face = face / np.ptp(face, axis=0) * (0.72, 0.62) + (0, 0.14)
    chosen = [1]  # the tip of the nose
    while len(chosen) < CORNERS:
        away = np.linalg.norm(face[:, None] - face[chosen], axis=2).min(1)
        chosen.append(int(away.argmax()))
    turns = (np.arange(RING) + 0.5) * 2 * np.pi / RING
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * RING_AT / 2
    return np.concatenate([face[chosen], ring, ring * 1.6])


# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 391 searches, 0 not read",
        "2026-11-29",
        "manage.py evaluate anonymise --data lfw "
        "--models anonymise-blur,anonymise-pixelate,anonymise-mosaic --seed 0",
        {
            "found again among 50 people by the best of its attackers": "3.5 % (2.5 to 5.7)",
            "the same by chance": "2.0 % (2.0 to 2.0)",
            "times chance": "1.73 (1.241 to 2.856)",
        },
    ),
)


@register(
    ModelCard(
        name="anonymise-mosaic",
        title="Heads as a mosaic",
        task=ANONYMISATION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=NEEDS,
        paper="Newton, Sweeney and Malin, Preserving Privacy by De-identifying Faces, 2005 (the "
        "attacker it withstands)",
        known_limits=(
            "Hair beyond the oval, clothes, body and place stay, and people who know somebody tell "
            "them by these. A face that was not found is not covered."
        ),
        measured=MEASURED,
    )
)
class AnonymiseMosaic(Covering):
    """Triangles."""

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        cells, count = _cells(found, one, random)
        colours = means(pixels, found.alpha, cells, count)
        return muddled(colours, MUDDLE, random)[cells]


def _cells(found: Patch, one: Head, random: np.random.Generator) -> tuple[NDArray[np.intp], int]:
    """The number of each pixel's triangle (h x w), and how many there are."""
    import cv2
    from scipy.spatial import Delaunay

    own = corners() * (one.width, one.height)
    own = own + random.normal(0, JITTER * one.width, own.shape)
    own = own + random.normal(0, ASIDE * one.width, 2)
    angle = one.angle + random.normal(0, TURN)
    cosine, sine = np.cos(angle), np.sin(angle)
    at = own @ np.array([(cosine, sine), (-sine, cosine)]) + one.centre - (found.left, found.top)
    triangles = Delaunay(at).simplices
    drawn = np.zeros(found.alpha.shape, np.int32)
    for number, triangle in enumerate(triangles):
        cv2.fillConvexPoly(drawn, np.round(at[triangle]).astype(np.int32), number)
    return drawn.astype(np.intp), len(triangles)
