"""How alike faces are, in spaces whose strangers were measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import StatisticsError

import pytest

from ml import likeness, registry
from ml.contracts import EMBEDDING
from ml.errors import SpaceMismatch
from ml.evaluation import results
from ml.registry import ModelCard
from ml.types import Embedding, Space

MEASURED = (Path(__file__).resolve().parents[2] / "docs" / "benchmarks").glob("*-verification-*")
BY_MODEL = {one.model: one for one in map(results.read, MEASURED)}
registry.discover()
MAKERS = [card for card in registry.cards() if card.task == EMBEDDING]


def space_of(card: ModelCard) -> Space:
    return Space(card.name, card.digest, card.recipe)


@pytest.mark.parametrize("card", MAKERS, ids=lambda card: card.name)
def test_the_distance_of_strangers_is_the_measured_one(card: ModelCard) -> None:
    measured = BY_MODEL[card.name].metrics["distance_at_far_1e-3"].value
    assert likeness.strangers(space_of(card)) == round(measured, 3)


def test_it_is_of_no_other_space_than_todays() -> None:
    space = space_of(MAKERS[0])
    assert likeness.strangers(replace(space, recipe=space.recipe + 1)) is None
    assert likeness.strangers(replace(space, digest="of before")) is None
    assert likeness.strangers(Space("never-heard-of", "", 1)) is None


def test_one_odd_photo_does_not_decide() -> None:
    space = space_of(MAKERS[0])
    face, near, odd = (Embedding.of(0, space, [x, 0]) for x in (0.0, 0.2, 9.0))
    assert likeness.distance(face, [near, near, odd]) == pytest.approx(0.2)
    assert likeness.distance(face, [odd, odd, near]) == pytest.approx(9.0)


def test_spaces_are_not_mixed_and_nobody_is_like_nothing() -> None:
    here, there = (Embedding.of(0, space_of(card), [1, 0]) for card in MAKERS[:2])
    with pytest.raises(SpaceMismatch):
        likeness.distance(here, [there])
    with pytest.raises(StatisticsError):
        likeness.distance(here, [])
