"""What each recogniser says of a face before and after it was disguised, and after journeys.

A recogniser that took part in making proves little: it is what the disguise was made to mislead.
One that took no part tells how far it reaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.contracts.disguising import AKIN, HELD_OUT, USED
from ml.protection import journeys
from ml.protection.recognisers import Judges, Vectors, akin, decision, distance
from ml.registry import ModelCard
from ml.types import JSON, Face, Picture

UNPROVEN = (
    "TRANSFER IS UNPROVEN: every recogniser here took part in making this. Others may still know "
    "the face."
)


@dataclass(frozen=True, slots=True)
class Against:
    """What the disguised face is compared with: by name, vectors by recogniser."""

    faces: Mapping[str, Vectors]

    def told(self, card: ModelCard, seen: NDArray[np.float32] | None) -> dict[str, JSON]:
        """By what it is compared with, how alike the recogniser finds the two."""
        return {
            name: compared(card, seen, vectors[card.name])
            for name, vectors in self.faces.items()
            if card.name in vectors
        }


def compared(card: ModelCard, one: NDArray[np.float32] | None, other: NDArray[np.float32]) -> JSON:
    """distance; similarity: the cosine; matched: whether the recogniser takes both for one person.
    None where the face is too small for it, or its card names no threshold."""
    if one is None:
        return {"distance": None, "similarity": None, "matched": None}
    apart, limit = distance(one, other), decision(card)
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return {
        "distance": round(apart, 4),
        "similarity": round(float(one @ other) / lengths, 4),
        "matched": None if limit is None else bool(apart < limit),
    }


def role(card: ModelCard, used: Sequence[ModelCard]) -> str:
    if card.name in {one.name for one in used}:
        return USED
    return AKIN if akin(card, used) else HELD_OUT


def judged(
    judges: Judges,
    used: Sequence[ModelCard],
    before: Picture,
    after: NDArray[np.uint8],
    face: Face,
    against: Against,
    names: Sequence[str] = tuple(journeys.JOURNEYS),
) -> list[JSON]:
    """A line a recogniser. before: the photo as it was; it goes on the same journeys, which alone
    change what recognisers say. used: the recognisers that the disguise was made against. names:
    of the journeys."""
    seen_before = _travelled(judges, before.pixels, face, names)
    seen = _travelled(judges, after, face, names)
    return [
        {
            "recogniser": card.name,
            "title": card.title,
            "role": role(card, used),
            "threshold": decision(card),
            "before": {n: against.told(card, seen_before[n].get(card.name)) for n in names},
            "after": {n: against.told(card, seen[n].get(card.name)) for n in names},
        }
        for card in judges.cards
    ]


def _travelled(
    judges: Judges, pixels: NDArray[np.uint8], face: Face, names: Sequence[str]
) -> dict[str, Vectors]:
    there = {name: journeys.arrived(name, pixels, face) for name in names}
    return {name: judges.vectors(one.picture, one.face) for name, one in there.items()}


def unproven(lines: Sequence[JSON]) -> bool:
    """Whether no recogniser that took no part was asked."""
    return all(line["role"] != HELD_OUT for line in lines)


def misled(lines: Sequence[JSON], roles: Sequence[str], against: str, journey: str) -> str:
    """How many of those recognisers that matched before, having come the same way, no longer do,
    in words: "2 of 2"."""
    told = [
        line["after"][journey][against]["matched"]
        for line in lines
        if line["role"] in roles
        and against in line["after"][journey]
        and line["before"][journey][against]["matched"]
    ]
    known = [matched for matched in told if matched is not None]
    return f"{known.count(False)} of {len(known)}"
