"""Drawn with a pencil."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "pencil",
    "Pencil drawing",
    "pencil drawing on white paper, fine hatching, visible strokes",
    "photo, colour, smooth shading",
    0.55,
)
