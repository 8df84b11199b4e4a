"""What a style of made portraits is, and how its words join those asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ml.errors import MLError


@dataclass(frozen=True, slots=True)
class Style:
    """name: a slug. title: what a person reads. prompt: words that follow those asked for.
    negative: what is not to be seen. strength: 0..1, how much the face weighs against the words.
    """

    name: str
    title: str
    prompt: str
    negative: str
    strength: float


def named(name: str, styles: Mapping[str, Style]) -> Style:
    """
    Raises:
        MLError: there is no such style; the sentence offers those there are.
    """
    if name not in styles:
        raise MLError(f"No style is named {name[:40]!r}. There are: {', '.join(sorted(styles))}.")
    return styles[name]


def joined(*words: str) -> str:
    """The words with commas between, nothing for nothing."""
    return ", ".join(part for word in words if (part := word.strip().strip(",")))
