"""Painted in watercolour."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "watercolour",
    "Watercolour",
    "watercolour painting, wet edges, paper grain, few light colours",
    "photo, hard outline, dark",
    0.55,
)
