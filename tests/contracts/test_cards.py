"""What every registered model promises, tried on the real weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from typing import Any

import pytest

from ml import registry
from ml.contracts import (
    ACTION_UNITS,
    AGE,
    EXPRESSION,
    GENDER,
    GENERATION,
    GENERATION_PART,
    MARK,
    PROMPTING,
    Output,
    View,
)
from ml.draw import PALETTE
from ml.pool import Pool
from ml.registry import Group, ModelCard, Policy, Sensitive, best
from ml.types import (
    Artifact,
    Embedding,
    Face,
    Finding,
    Mark,
    MarkKind,
    Picture,
    Reading,
    Space,
)
from ml.weights import Weights
from tests.contracts.pictures import A_FACE, BEYOND, PICTURES, TINY

registry.discover()
CARDS = registry.cards()
RANGES = {"years": (0, 120), "degrees": (-180, 180)}
by_card = pytest.mark.parametrize("card", CARDS, ids=[card.name for card in CARDS])

Show = Callable[..., tuple[View, Output]]


@by_card
def test_says_what_it_is(card: ModelCard) -> None:
    assert card.title and card.code_licence and card.weights_licence and card.paper
    assert card.known_limits.endswith(".")
    assert card.name == card.name.lower().strip() and " " not in card.name
    assert card.digest or not card.weights
    assert card.memory_mb > 0 or not card.weights


@by_card
def test_its_needs_can_be_met(card: ModelCard) -> None:
    turned_on = Policy(sensitive=frozenset({card.sensitive}))  # and nothing else
    assert all(best(task, turned_on) for task in card.needs)


@by_card
def test_its_weights_are_right(card: ModelCard, pool: Pool) -> None:
    for source in card.weights:
        for file in source.files:
            assert len(file.sha256) == 64
            assert Weights(pool.weights.folder).right(file)
            assert pool.weights.path(file).stat().st_size == file.size


def test_what_is_nobodys_business_is_marked_so() -> None:
    marks = {
        AGE: Sensitive.AGE,
        GENDER: Sensitive.GENDER,
        EXPRESSION: Sensitive.EMOTION,
        ACTION_UNITS: Sensitive.EMOTION,
    }
    for card in CARDS:
        assert card.sensitive == marks.get(card.task, card.sensitive)


@by_card
@pytest.mark.parametrize("kind", PICTURES)
def test_keeps_its_word_on(card: ModelCard, kind: str, portrait: Picture, show: Show) -> None:
    keeps_its_word(card, *show(card, PICTURES[kind](portrait)))


@by_card
@pytest.mark.parametrize("kind", PICTURES)
def test_keeps_its_word_on_faces_said_to_be_there(
    card: ModelCard, kind: str, portrait: Picture, show: Show
) -> None:
    keeps_its_word(card, *show(card, PICTURES[kind](portrait), (A_FACE, TINY, BEYOND)))


@by_card
def test_has_something_to_say_about_a_face(card: ModelCard, portrait: Picture, show: Show) -> None:
    view, output = show(card, portrait)
    keeps_its_word(card, view, output)
    if card.task in (PROMPTING, GENERATION, GENERATION_PART, MARK):  # nothing unasked
        assert output == Output()
        return
    said = output.faces or output.readings or output.marks or output.embeddings or output.findings
    assert said or (card.task.internal and output.data is not None)


@by_card
def test_says_the_same_twice(card: ModelCard, portrait: Picture, show: Show) -> None:
    first, second = (show(card, portrait)[1] for _ in range(2))
    for part in ("faces", "readings", "marks", "artifacts", "embeddings", "findings"):
        assert getattr(first, part) == getattr(second, part)


@by_card
def test_does_not_change_the_photo(card: ModelCard, portrait: Picture, show: Show) -> None:
    pixels = portrait.pixels.copy()
    show(card, portrait)
    assert (portrait.pixels == pixels).all()


def keeps_its_word(card: ModelCard, view: View, output: Output) -> None:
    assert isinstance(output.data, card.task.data)
    faces = len(output.faces or view.faces)
    for value in (*output.faces, *output.readings, *output.marks, *output.artifacts):
        assert through_json(value) == value
    for finding in output.findings:
        assert through_json(finding) == finding
        weighs_fairly(card, finding, faces, {mark.layer for mark in output.marks})
    for reading in output.readings:
        reads_well(card, reading, faces)
    for mark in output.marks:
        can_be_drawn(card, mark, faces)
    for embedding in output.embeddings:
        assert through_json(embedding) == embedding
        assert embedding.space == Space(card.name, card.digest, card.recipe)
        assert all(map(isfinite, embedding.array.tolist()))


def through_json(value: Face | Reading | Mark | Artifact | Embedding | Finding) -> Any:
    return type(value).from_json(json.loads(json.dumps(value.to_json(), allow_nan=False)))


def reads_well(card: ModelCard, reading: Reading, faces: int) -> None:
    assert reading.model == card.name
    assert reading.face is None or 0 <= reading.face < faces
    assert reading.score is None or 0 <= reading.score <= 1
    if reading.value is None:
        assert reading.note
    elif isinstance(reading.value, float):
        low, high = RANGES.get(reading.unit, (-1e9, 1e9))
        assert low <= reading.value <= high
    if reading.interval:
        assert reading.interval[0] <= reading.interval[1]


def weighs_fairly(card: ModelCard, finding: Finding, faces: int, layers: set[str]) -> None:
    assert finding.model == card.name and card.task.group is Group.EVIDENCE
    assert finding.face is None or 0 <= finding.face < faces
    assert not finding.layer or finding.layer in layers
    if finding.value is None:
        assert finding.note and finding.weight is None
    if finding.weight is not None:
        assert isfinite(finding.weight) and finding.reliability


def can_be_drawn(card: ModelCard, mark: Mark, faces: int) -> None:
    assert mark.model == card.name and mark.layer and mark.tone in PALETTE
    assert mark.face is None or 0 <= mark.face < faces
    assert all(isfinite(x) and isfinite(y) for path in mark.paths for x, y in path)
    assert bool(mark.raster) == (mark.kind in {MarkKind.MASK, MarkKind.HEAT})
