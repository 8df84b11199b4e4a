"""A photo as a good camera takes it."""

from __future__ import annotations

from ml.generation.styling import Style

STYLE = Style(
    "plain",
    "Plain photo",
    "photo of one person, natural light, sharp focus on the eyes, true colours",
    "drawing, blurred, cropped head, extra fingers",
    0.7,
)
