"""The recognisers that are installed here: what they say of a face, and which can be followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import likeness, registry
from ml.contracts import DETECTION, EMBEDDING, Differentiable, FaceNetwork, Output, View
from ml.errors import MLError
from ml.pool import Pool
from ml.registry import Commercial, ModelCard, Policy, Task, best
from ml.types import Face, Picture

Vectors = dict[str, NDArray[np.float32]]
USUAL = 1.0  # distance of unit vectors, of a recogniser whose card does not say
NONE_TO_FOLLOW = "No recogniser is installed here that a photo could be changed against."


def present(pool: Pool, accepted: Sequence[str] = ()) -> list[ModelCard]:
    """Every recogniser whose files are here and that may be used, best first.

    accepted: names of models whose non-commercial or unknown licence somebody accepted.
    """
    return [
        card
        for card in registry.cards()
        if card.task == EMBEDDING
        and pool.weights.has(card.weights)
        and (card.commercial_use is Commercial.YES or card.name in accepted)
    ]


def followable(cards: Iterable[ModelCard]) -> list[ModelCard]:
    """Those through which gradients flow."""
    return [card for card in cards if issubclass(registry.get(card.name), Differentiable)]


def followed(pool: Pool, cards: Sequence[ModelCard]) -> dict[str, FaceNetwork]:
    """The networks of those through which gradients flow, by name. Nothing else is loaded.

    Raises:
        MLError: there is none.
    """
    found: dict[str, FaceNetwork] = {}
    for card in followable(cards):
        model: object = pool.get(card.name)
        assert isinstance(model, Differentiable)  # noqa: S101  followable() said so
        found[card.name] = model.network()
    if not found:
        raise MLError(NONE_TO_FOLLOW)
    return found


def akin(card: ModelCard, others: Sequence[ModelCard]) -> bool:
    """Whether it reads a file of weights that one of the others reads, too: then what is made
    against the other is made against a part of it."""
    return any(likeness.akin(card, other) for other in others)


def decision(card: ModelCard) -> float | None:
    """The distance below which two faces are taken for one person's: at it one pair of strangers
    in a thousand is. None where the card does not say."""
    return card.strangers


def limits(cards: Sequence[ModelCard]) -> dict[str, float]:
    """By recogniser, the distance of its decision, or a usual one."""
    return {card.name: decision(card) or USUAL for card in cards}


@dataclass(frozen=True, slots=True)
class Judges:
    """Recognisers, to be asked what they make of a face. cards: of the recognisers alone. planned:
    names of models; one of them goes before others that do the same for the recognisers."""

    pool: Pool
    cards: tuple[ModelCard, ...]
    planned: tuple[str, ...] = ()

    def order(self) -> list[str]:
        """The recognisers and what has to run before them, but for finding faces."""
        here = Policy(
            installed=frozenset(
                card.name for card in registry.cards() if self.pool.weights.has(card.weights)
            )
        )
        planned = {card.task: card for name in self.planned for card in [registry.get(name).card]}
        names, waiting = set(), list(self.cards)
        while waiting:
            card = waiting.pop()
            names.add(card.name)
            needs = (task for task in card.needs if task != DETECTION)
            found = (planned.get(task) or best(task, here) for task in needs)
            waiting += [one for one in found if one is not None and one.name not in names]
        return registry.in_order(names)

    def vectors(self, picture: Picture, face: Face) -> Vectors:
        """By recogniser, the face's embedding; without those for which it is too small. The face
        is aligned anew in this picture: a recogniser would do so, too."""
        outputs: dict[Task[Any], Output] = {DETECTION: Output(faces=(face,))}
        found: Vectors = {}
        names = {card.name for card in self.cards}
        for name in self.order():
            card = registry.get(name).card
            needs: Mapping[Task[Any], Output] = {task: outputs[task] for task in card.needs}
            output = self.pool.run(name, View(picture, (face,), needs))
            outputs[card.task] = output
            if name in names:
                for one in output.embeddings:
                    found[name] = one.array
        return found


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Euclidean, as the cards compare."""
    return float(np.linalg.norm(np.subtract(one, other, dtype=np.float64)))
