"""What a picture as a whole looks like: models that compare it with places of the world."""

from __future__ import annotations

from dataclasses import dataclass

from ml.geolocation.clues import Clue
from ml.registry import Group, Task


@dataclass(frozen=True, slots=True)
class Looks:
    """What such a model says, as clues; () for nothing."""

    clues: tuple[Clue, ...]


LOOK: Task[Looks] = Task(
    "place-look", "What the place looks like", Looks, group=Group.WHERE, on_demand=True
)
