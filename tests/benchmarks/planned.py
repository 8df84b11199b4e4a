"""Which models run over every photo."""

from __future__ import annotations

from ml.registry import ModelCard


def unasked_of(cards: list[ModelCard]) -> list[ModelCard]:
    """Those that run over every photo: by themselves, or because others need them."""
    by_task = {card.task: card for card in cards}
    found, waiting = set(), [c for c in cards if c.task.unasked and not c.task.internal]
    while waiting:
        found.add((one := waiting.pop()).name)
        waiting += [by_task[task] for task in one.needs if by_task[task].name not in found]
    return [card for card in cards if card.name in found]
