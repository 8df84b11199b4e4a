"""How a pipeline says how far it is, and learns that it should stop."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Report `done` of `total` steps; `message` names the one under way.

        Raises:
            Cancelled: a person asked for the job to stop.
        """


def silent(done: int, total: int, message: str = "") -> None:
    """Report to nobody."""
