"""A photo to try things with: astronaut Eileen Collins, NASA, public domain."""

from __future__ import annotations

from importlib.resources import files

SAMPLE_NAME = "astronaut.png"


def sample_bytes() -> bytes:
    """The picture of scikit-image's package, as PNG, 512 x 512 with one face."""
    return (files("skimage") / "data" / SAMPLE_NAME).read_bytes()
