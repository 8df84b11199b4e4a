"""Tells whether a recogniser could know each face again, by how it sees the face itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from ml.contracts import (
    EMBEDDING,
    QUALITY,
    Output,
    Qualities,
    Recognisability,
    View,
)
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Reading

NAME = "recognisability"
NAMES = (
    ("recognisability", "of 100"),
    ("distance from unrecognisable faces", ""),
    ("distance to its mirror image", ""),
)
NOT_KNOWN = "face too small, or the recogniser in use does not tell"
# Logarithms of how many times its own spread a face is away from unrecognisable ones: at HOPELESS a
# face loses COST points, at CLEAR none. Fitted as the costs in ml.analysis.quality_iso are.
HOPELESS, CLEAR, COST = log(1.5), log(5.0), 23

RECOGNISABILITY: Task[Qualities] = Task(
    "recognisability", "Recognisability", Qualities, group=Group.CONDITION
)

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,500 pairs, 0 not read",
        "2026-11-25",
        "manage.py evaluate recognisability --data lfw --models recognisability --seed 0",
        {
            "errors left, of chance": "0.5289 (0.3629 to 0.7264)",
            "pairs of one person refused": "1.8 % (1.1 to 2.6)",
            "refused once the worst tenth is put aside": "1.0 % (0.5 to 1.7)",
            "fewer refused by that": "42.4 % (16.7 to 68.7)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Recognisability of the face embedding",
        task=RECOGNISABILITY,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(QUALITY, EMBEDDING),
        paper=(
            "Deng et al., Harnessing Unrecognizable Faces for Improving Face Recognition, 2023; "
            "Terhörst et al., SER-FIQ, 2020, with the mirror image as the other sample"
        ),
        known_limits=(
            "Knows dlib's network and what is joined with it only; a face it finds clear can still "
            "be taken for somebody else, and what is unlike itself in the mirror, as a face lit "
            "from one side, passes for unclear."
        ),
        measured=MEASURED,
    )
)
class MirrorRecognisability(Model):
    """The photo's quality, less what the recogniser's own view of the face takes off."""

    def run(self, view: View) -> Output:
        seen = zip(view.data(QUALITY).scores, view.data(EMBEDDING).faces, strict=True)
        scores = tuple(
            None if quality is None or one is None else quality * kept(one) for quality, one in seen
        )
        readings = tuple(
            reading
            for face, (score, one) in enumerate(
                zip(scores, view.data(EMBEDDING).faces, strict=True)
            )
            for reading in said(face, score, one)
        )
        return Output(readings=readings, data=Qualities(scores))


def clearness(one: Recognisability) -> float:
    """How many times its own spread a face is away from unrecognisable ones."""
    return max(one.unclear, 1e-3) / max(one.spread, 1e-3)


def deficit(one: Recognisability) -> float:
    """0 for a face as clear as can be, 1 for one that is lost among unrecognisable ones."""
    return min(max((CLEAR - log(clearness(one))) / (CLEAR - HOPELESS), 0.0), 1.0)


def kept(one: Recognisability) -> float:
    """What is left of a score, 0..1."""
    return exp(-COST * deficit(one) / 100)


def said(face: int, score: float | None, one: Recognisability | None) -> Iterator[Reading]:
    if score is None or one is None:
        for name, unit in NAMES:
            yield Reading(NAME, name, None, face=face, unit=unit, note=NOT_KNOWN)
        return
    values = round(score, 1), round(one.unclear, 3), round(one.spread, 3)
    for (name, unit), value in zip(NAMES, values, strict=True):
        yield Reading(NAME, name, value, face=face, unit=unit)
