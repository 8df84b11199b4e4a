"""Covers faces with one grey: nothing of them is left."""

from __future__ import annotations

import numpy as np

from ml.contracts import ANONYMISATION
from ml.protection.covering import NEEDS, Covering, Floats, Pixels
from ml.protection.heads import Head, Patch
from ml.registry import Commercial, ModelCard, register

GREY = 112.0
WIDER = 1.4  # than a head: what a recogniser sees at the corners of its chip is under it, too


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
    )
)
class AnonymiseSolid(Covering):
    """One grey."""

    wider = WIDER

    def made(self, pixels: Pixels, found: Patch, one: Head, random: np.random.Generator) -> Floats:
        return np.full(pixels.shape, GREY, np.float32)
