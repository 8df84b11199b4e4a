"""Light from another side: a soft key light and what the room gives back, by the skin's slope."""

from __future__ import annotations

import numpy as np

from ml.contracts.portraits import From, Light
from ml.generation.sitter import Floats

WAYS = {
    From.LEFT: (-0.75, -0.3, -0.6),
    From.RIGHT: (0.75, -0.3, -0.6),
    From.ABOVE: (0.0, -0.85, -0.5),
    From.BELOW: (0.0, 0.8, -0.6),
    From.FRONT: (0.0, -0.15, -1.0),
}
ROOM = 0.45  # of the light comes from everywhere
MEAN = 0.8  # what a face seen from in front gets on the mean: skin keeps its lightness


def lit(pixels: Floats, normals: Floats, light: Light) -> Floats:
    """Lambert's law (J. H. Lambert, Photometria, 1760) on top of the light that is there already:
    the photo's own shadows stay. normals: S x S x 3, towards the viewer where z is below nought."""
    way = np.array(WAYS[light.way], np.float32)
    falls = (normals @ (way / np.linalg.norm(way))).clip(0, 1)
    gain = (ROOM + (1 - ROOM) * falls) / MEAN
    gain = 1 + light.strength * (gain - 1)
    # In light, not in the numbers that encode it.
    made: Floats = (np.power(pixels.clip(0, 1), np.float32(2.2)) * gain[..., None]).clip(0, 1) ** (
        1 / 2.2
    )
    return made.astype(np.float32)
