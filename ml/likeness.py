"""How alike a face is to several of one person, in a space whose strangers were measured."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from ml import registry
from ml.registry import ModelCard
from ml.types import Embedding, Space


def strangers(space: Space) -> float | None:
    """The distance within which one pair of strangers in a thousand comes; None where that was
    not measured: of another space than its model has today, or by nobody."""
    known = {card.name: card for card in registry.cards()}
    card = known.get(space.model)
    if card is None or (card.digest, card.recipe) != (space.digest, space.recipe):
        return None
    return card.strangers


def akin(card: ModelCard, other: ModelCard) -> bool:
    """Whether both read a file of weights: then neither judges what was made by the other."""
    return bool(_files(card) & _files(other))


def _files(card: ModelCard) -> set[str]:
    return {file.sha256 for source in card.weights for file in source.files}


def distance(face: Embedding, others: Sequence[Embedding]) -> float:
    """The median of its distances to the others: one photo that happens to look like a stranger,
    or one that shows somebody else, does not decide.

    Raises:
        SpaceMismatch: they are not all of one space.
        StatisticsError: there are no others.
    """
    return median(face.distance(other) for other in others)
