"""Jobs of the database itself: a module here registers one, and it has row, lease and lane."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ml.pipelines import Context, Urgency
from ml.registry import ModelCard
from webapp.models import Gallery, User


def anything_goes(options: Any, gallery: Gallery, by: User) -> None:
    """Forbid nothing."""


def no_engine(options: Any) -> ModelCard | None:
    """No model does the work."""
    return None


@dataclass(frozen=True, slots=True)
class Chore:
    """A kind of job.

    options: a frozen dataclass of what a person may choose, as for ml.pipelines.Pipeline.
    run: given the job's id; it reads its options from the row, commits in steps, and goes on
        where it stopped when it is called again.
    by_administrators: nobody else may submit it.
    check: asked before the job is written, with its options, gallery and whoever asks; it raises
        ValidationError. engine: the card of the model that does the work, for its lane.
    """

    kind: str
    title: str
    options: type[Any]
    run: Callable[[UUID, Context], None]
    urgency: Urgency = Urgency.LATER
    by_administrators: bool = False
    check: Callable[[Any, Gallery, User], None] = anything_goes
    engine: Callable[[Any], ModelCard | None] = no_engine


_chores: dict[str, Chore] = {}


def register(chore: Chore) -> Chore:
    if chore.kind in _chores:
        raise ValueError(f"Two chores are of kind {chore.kind!r}.")
    _chores[chore.kind] = chore
    return chore


def discover() -> None:
    """Import every module of this package, so that their chores register."""
    for info in pkgutil.iter_modules(__path__, __name__ + "."):
        importlib.import_module(info.name)


def get(kind: str) -> Chore | None:
    return _chores.get(kind)


def kinds() -> list[Chore]:
    return sorted(_chores.values(), key=lambda chore: chore.kind)
