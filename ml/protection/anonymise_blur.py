"""Covers faces with a blur of a few muddled colours: there is nothing below it to bring back."""

from __future__ import annotations

import numpy as np

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels, grid
from ml.protection.heads import Head, Patch
from ml.protection.muddle import Muddle, means, muddled
from ml.registry import Commercial, ModelCard, figures, register

CELLS = 5  # over a head's width
SOFT = 0.45  # deviation of the blur over the cells, in sides of one
MUDDLE = Muddle(pull=0.85, contrast=0.2, shift=28, light=36, tint=12)

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 391 searches, 0 not read",
        "2026-11-29",
        "manage.py evaluate anonymise --data lfw "
        "--models anonymise-blur,anonymise-pixelate,anonymise-mosaic --seed 0",
        {
            "found again among 50 people by the best of its attackers": "2.6 % (2.0 to 4.4)",
            "the same by chance": "2.0 % (2.0 to 2.0)",
            "times chance": "1.306 (0.9891 to 2.18)",
        },
    ),
)


@register(
    ModelCard(
        name="anonymise-blur",
        title="Blurred heads",
        task=ANONYMISATION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        rank=1,
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
class AnonymiseBlur(Covering):
    """A blur, made of cells and not of the pixels themselves."""

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        import cv2

        cells, (rows, columns), side, (across, down) = grid(found, one, CELLS, random)
        colours = means(pixels, found.alpha, cells, rows * columns)
        small = muddled(colours, MUDDLE, random).reshape(rows, columns, 3)
        # Each pixel's place among the cells' middles; then what is left of their edges goes.
        height, width = found.alpha.shape
        x = ((np.arange(width) + across) / side - 0.5).astype(np.float32)
        y = ((np.arange(height) + down) / side - 0.5).astype(np.float32)
        smooth = cv2.GaussianBlur(small, (0, 0), SOFT, borderType=cv2.BORDER_REPLICATE)
        large = cv2.remap(
            smooth, *np.meshgrid(x, y), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(np.clip(large, 0, 255), np.float32)
