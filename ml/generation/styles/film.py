"""A frame of black and white film."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "film",
    "Black and white film",
    "black and white film photo, visible grain, deep shadow, soft window light",
    "colour, flat light, digital noise",
    0.65,
)
