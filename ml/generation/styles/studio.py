"""A photographer's studio with a grey backdrop."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "studio",
    "Studio",
    "studio photo, large soft light from one side, plain grey backdrop, head and shoulders",
    "busy background, harsh shadow, blurred",
    0.7,
)
