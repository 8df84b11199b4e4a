"""Has a language model that sees compare a face with true photos of a person, region by region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry, registry
from ml.authenticity.identity_check import IDENTITY, NOBODY
from ml.contracts import MESH, Output, Reference, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Answer, Claim, Finding, Form, Picture, Question

NAME = "identity-regions"
SAME, DIFFERENT, UNSURE = "same", "different", "cannot tell"
REGIONS = (
    *("eyes", "eyebrows", "nose", "mouth", "chin", "ears", "hairline"),
    "moles, scars and other marks",
)
PAIRS = 3  # true photos that are held beside the face
SIDE, GAP, PADDING = 384, 24, 0.5  # pixels of a chip and between two; margin, in sides of a face
NOT_ASKED = "no language model was chosen to compare it with true photos"
NO_FACE = "no face here could be compared with the true photos"
NO_MESH = "the face, or every true photo's, was seen too badly to be cut out"
RELIABILITY = "a language model's opinion, never measured here"
ASKED = (
    "The picture shows two faces side by side. Compare the {} of the face on the left with the {} "
    "of the face on the right. Are they the same person's?"
)
AGAIN = (
    "Look only at the {0} of both faces, left and right. Do the {0} look the same or different?",
    "Two faces, left and right: are their {} alike, as in two photos of one person?",
)
IDENTITY_REGIONS: Task[Any] = Task(
    "identity-regions", "The face compared region by region", NoneType, group=Group.EVIDENCE
)


def questions() -> tuple[Question, ...]:
    """One a region, in three wordings."""
    return tuple(
        Question(
            ASKED.format(one, one),
            Form.CHOICE,
            (SAME, DIFFERENT, UNSURE),
            paraphrases=tuple(words.format(one) for words in AGAIN),
        )
        for one in REGIONS
    )


@register(
    ModelCard(
        name=NAME,
        title="Region by region, by a language model",
        task=IDENTITY_REGIONS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, IDENTITY),
        paper="none; after the questions of VIPGuard, 2025, with typed answers",
        known_limits=(
            "Runs only where a language model that sees is installed and was chosen for it. Not "
            "measured here: small ones tell regions of two faces apart badly and make things up. "
            "Its answers are shown and counted neither way."
        ),
    )
)
class IdentityRegions(Model):
    """Findings without weight about the face most like the person, a region each."""

    def run(self, view: View) -> Output:
        case, likest = view.case, view.data(IDENTITY)
        if case is None or not case.references:
            return Output(findings=(silent(None, NOBODY),))
        if case.ask is None:
            return Output(findings=(silent(None, NOT_ASKED),))
        if likest.face is None:
            return Output(findings=(silent(None, NO_FACE),))
        true = [case.references[place] for place in likest.agree]
        pairs = list(side_by_side(view, likest.face, true))
        if not pairs:
            return Output(findings=(silent(likest.face, NO_MESH),))
        asked = questions()
        told = [case.ask(pair, asked) for pair in pairs]
        findings = [
            said(likest.face, region, [answers[place] for answers in told])
            for place, region in enumerate(REGIONS)
        ]
        return Output(findings=tuple(findings))


def side_by_side(view: View, face: int, true: Sequence[Reference]) -> Iterator[Picture]:
    """Pictures of 792 x 384 pixels: the face on the left, one true face each on the right."""
    mine = chip(view, face)
    others = [None if one.face is None else chip(one.view, one.face) for one in true]
    between = np.full((SIDE, GAP, 3), 255, np.uint8)
    seen = [other for other in others if other is not None]
    if mine is not None:
        for other in seen[:PAIRS]:
            yield Picture(np.hstack([mine, between, other]))


def chip(view: View, face: int) -> NDArray[np.uint8] | None:
    """The upright head, 384 x 384 x 3, RGB; None where no mesh says where it is."""
    mesh = view.data(MESH).points[face]
    if mesh is None:
        return None
    return geometry.chip(view.picture, alignment.cut(mesh, SIDE, PADDING), SIDE)


def said(face: int, region: str, answers: Sequence[Answer]) -> Finding:
    """What was answered about one region, a true photo each."""
    by = registry.get(answers[0].engine).card.title
    told = Counter(str(one.value) for one in answers if one.value is not None)
    if not told:
        why = answers[0].declined or answers[0].invalid
        return Finding(NAME, region, None, Claim.IDENTITY, face=face, note=f"{by}: {why}")
    words = ", ".join(
        f"{word} as in {told[word]} of {len(answers)} true photos"
        if word == SAME
        else f"{word}: {told[word]} of {len(answers)}"
        for word in (SAME, DIFFERENT, UNSURE)
        if told[word]
    )
    agreements = [one.agreement for one in answers if one.agreement is not None]
    agree = f"; {100 * np.mean(agreements):.0f} % of wordings agree" if agreements else ""
    return Finding(
        NAME, region, words, Claim.IDENTITY, reliability=RELIABILITY, face=face,
        note=f"{by}{agree}",
    )  # fmt: skip


def silent(face: int | None, why: str) -> Finding:
    return Finding(NAME, "region by region", None, Claim.IDENTITY, face=face, note=why)
