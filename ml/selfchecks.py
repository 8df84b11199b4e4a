"""What came of trying a model once, with its real weights, on something that is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing tried. said: what came of it, or why nothing did, in words."""

    asked: str
    said: str
    expected: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    lines: tuple[Line, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every line is as expected."""
        return all(line.passed for line in self.lines)
