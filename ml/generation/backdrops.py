"""What a portrait stands before: what was there, that out of focus, or a colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ml import matting
from ml.contracts.portraits import Floats, Portrayer

KEEP, BLUR, COLOUR = "as in the photo", "blurred", "one colour"
OUT_OF_FOCUS = 0.5  # of what matting.background can


def plain(portrayer: Portrayer, colour: str) -> Floats:
    """colour: #rrggbb."""
    rgb = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8)
    behind: Floats = np.ones_like(portrayer.pixels) * (rgb.astype(np.float32) / np.float32(255))
    return behind


def blurred(portrayer: Portrayer) -> Floats:
    return matting.background(portrayer.pixels, portrayer.alpha, OUT_OF_FOCUS)


# By name, what is behind: S x S x 3. The second value is a colour, for whoever wants one.
BACKDROPS: Mapping[str, Callable[[Portrayer, str], Floats]] = {
    KEEP: lambda portrayer, _: portrayer.behind,
    BLUR: lambda portrayer, _: blurred(portrayer),
    COLOUR: plain,
}
