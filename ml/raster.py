"""Grey pictures as the PNG bytes that masks and heats are drawn from."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray


def png(grey: NDArray[np.uint8]) -> bytes:
    """H x W, 8 bit."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(grey, mode="L").save(out, "PNG", optimize=False)
    return out.getvalue()
