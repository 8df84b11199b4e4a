"""Covers faces with one grey: nothing of them is left."""

from __future__ import annotations

import numpy as np

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels
from ml.protection.heads import Head, Patch
from ml.registry import Commercial, ModelCard, figures, register

GREY = 112.0
WIDER = 1.4  # than a head: what a recogniser sees at the corners of its chip is under it, too

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 391 searches, 0 not read",
        "2026-11-29",
        "manage.py evaluate anonymise --data lfw --models anonymise-solid --seed 0",
        {
            "found again among 50 people by the best of its attackers": "2.8 % (1.8 to 4.9)",
            "the same by chance": "2.0 % (2.0 to 2.0)",
            "times chance": "1.391 (0.9197 to 2.453)",
        },
    ),
)


@register(
    ModelCard(
        name="anonymise-solid",
        title="Heads in one grey",
        task=ANONYMISATION,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=NEEDS,
        paper="None: the same grey for everybody",
        known_limits=(
            "Hair beyond the oval, clothes, body and place stay, and people who know somebody tell "
            "them by these. A face that was not found is not covered. The grey is larger than a "
            "head: what is right around it would tell recognisers more than around other covers, "
            "whose noise distracts them."
        ),
        measured=MEASURED,
    )
)
class AnonymiseSolid(Covering):
    """One grey."""

    wider = WIDER

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        return np.full(pixels.shape, GREY, np.float32)
