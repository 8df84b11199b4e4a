"""A word in a corner of a portrait that says what it is, for whoever sees it without its file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORDS = "re-rendered"
HIGH, AWAY = 1 / 32, 1 / 40  # of the side: the letters' height, and how far from the edges


def badged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """pixels: S x S x 3, RGB. Light letters on a dark ground, below on the right."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.fromarray(pixels)
    side = picture.width
    font = ImageFont.load_default(size=max(9, round(HIGH * side)))
    pen = ImageDraw.Draw(picture, "RGBA")
    corner = side - round(AWAY * side)
    left, top, right, bottom = pen.textbbox((corner, corner), WORDS, font=font, anchor="rd")
    room = round((bottom - top) / 2)
    pen.rounded_rectangle(
        (left - room, top - room, right + room, bottom + room), room, fill=(0, 0, 0, 150)
    )
    pen.text((corner, corner), WORDS, font=font, anchor="rd", fill=(255, 255, 255, 255))
    return np.asarray(picture)
