"""Covers faces with a few large squares of muddled colours."""

from __future__ import annotations

import numpy as np

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels, grid
from ml.protection.heads import Head, Patch
from ml.protection.muddle import Muddle, means, muddled
from ml.registry import Commercial, ModelCard, figures, register

CELLS = 6  # over a head's width
MUDDLE = Muddle(pull=0.85, contrast=0.2, shift=26, light=28, tint=10)

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 391 searches, 0 not read",
        "2026-11-29",
        "manage.py evaluate anonymise --data lfw "
        "--models anonymise-blur,anonymise-pixelate,anonymise-mosaic --seed 0",
        {
            "found again among 50 people by the best of its attackers": "3.7 % (2.5 to 5.9)",
            "the same by chance": "2.0 % (2.0 to 2.0)",
            "times chance": "1.847 (1.238 to 2.971)",
        },
    ),
)


@register(
    ModelCard(
        name="anonymise-pixelate",
        title="Pixelated heads",
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
class AnonymisePixelate(Covering):
    """Squares."""

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        cells, (rows, columns), _, _ = grid(found, one, CELLS, random)
        colours = means(pixels, found.alpha, cells, rows * columns)
        return muddled(colours, MUDDLE, random)[cells]
