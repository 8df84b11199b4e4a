"""Outdoors on a bright winter day."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "winter",
    "Winter day",
    "photo outdoors on a bright winter day, snow behind, warm coat and scarf, low sun",
    "indoors, summer clothes, blurred face",
    0.65,
)
