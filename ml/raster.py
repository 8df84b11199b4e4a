"""Grey pictures as the PNG bytes that masks and heats are drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def png(grey: NDArray[np.uint8]) -> bytes:
    """H x W, 8 bit. Packed quickly rather than tightly: runs of one grey are what masks have."""
    import cv2

    _, packed = cv2.imencode(".png", grey)
    made: Any = packed.tobytes()
    return made  # type: ignore[no-any-return]
