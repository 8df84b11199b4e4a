"""Puts questions to an engine, for every job that asks one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from ml import registry
from ml.contracts import PROMPTING, Asked, Engine, View
from ml.pipelines import Context
from ml.types import Answer, Origin, Picture, Question

Ask: TypeAlias = Callable[[Picture, Sequence[Question]], Sequence[Answer]]
NO_ROOM = "There was no room for {} where it ran: it begins again on the {}, which takes longer."


def comparers() -> tuple[str, ...]:
    """An empty name for none, then the language models that see and run here, installed or not."""
    cards = [card for card in registry.cards() if card.task == PROMPTING and not card.sensitive]
    engines = [cast(type[Engine], registry.get(card.name)) for card in cards]
    local = (one for one in engines if one.offered and one.origin is Origin.LANGUAGE_MODEL)
    return ("", *(one.card.name for one in local))


def answered(name: str, view: View, asked: Asked, context: Context) -> list[Answer]:
    """What an engine answers; once more on the CPU, and said, where the GPU has no room for it.

    Raises:
        WeightsMissing: it is not installed. MLError, Cancelled: as for Engine.answers.
    """
    title = registry.get(name).card.title
    return context.pool.using(
        name,
        lambda model: cast(Engine, model).answers(view, asked, context.progress),
        lambda device: context.progress(0, 1, NO_ROOM.format(title, device.value.upper())),
    )


def asker(name: str, context: Context) -> Ask:
    """What puts questions about a picture to that engine; it is loaded when it is first asked."""

    def ask(picture: Picture, questions: Sequence[Question]) -> Sequence[Answer]:
        return answered(name, View(picture), Asked(questions), context)

    return ask
