"""Covers faces with a few large squares of muddled colours."""

from __future__ import annotations

import numpy as np

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels, grid
from ml.protection.heads import Head, Patch
from ml.protection.muddle import Muddle, means, muddled
from ml.registry import Commercial, ModelCard, register

CELLS = 6  # over a head's width
MUDDLE = Muddle(pull=0.85, contrast=0.2, shift=26, light=28, tint=10)


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
    )
)
class AnonymisePixelate(Covering):
    """Squares."""

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        cells, (rows, columns), _, _ = grid(found, one, CELLS, random)
        colours = means(pixels, found.alpha, cells, rows * columns)
        return muddled(colours, MUDDLE, random)[cells]
