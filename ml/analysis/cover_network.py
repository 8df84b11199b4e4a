"""Looks at a face laid into the frame with a small network of our own that finds covers.

Trained on few free faces, mixed and drawn over, by `python -m tests.fitting.cover_network`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.analysis.face_layout import CHIP, DARK, SIDE, Mask, Skin
from ml.registry import Device
from ml.runtimes import Floats, Onnx
from ml.types import Picture

FILE = Path(__file__).with_name("covers.onnx")
FINE = 2 * SIDE  # pixels of the frame's side that the network sees colours in
CHANNELS = 22
# Brings what is fed to about one.
COLOURS, MISFITS, LOGITS, SUREST = 2.0, 1 / 3, 1 / 3, 1e-3


class CoverNetwork:
    """Called with what `fed` gives, it tells how likely each place of the frame is covered."""

    def __init__(self, device: Device) -> None:
        self._net = Onnx(FILE, device)

    def __call__(self, seen: Floats) -> Floats:
        """seen: CHANNELS x SIDE x SIDE; SIDE x SIDE, 0..1."""
        logits = self._net(seen[None])[0][0, 0]
        odds: Floats = 1 / (1 + np.exp(-logits.clip(-30, 30)))
        return odds


def finer(picture: Picture, skin: Skin) -> NDArray[np.uint8]:
    """FINE x FINE x 3: the skin's pixels, twice as fine."""
    import cv2

    chip = geometry.chip(picture, skin.transform, CHIP, repeat_border=True)
    places = cv2.resize(skin.places, (FINE, FINE), interpolation=cv2.INTER_LINEAR)
    made: Any = cv2.remap(
        chip, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    pixels: NDArray[np.uint8] = made
    return pixels


def fed(pixels: NDArray[np.uint8], seen: Mask, off: Floats, odds: Floats) -> Floats:
    """CHANNELS x SIDE x SIDE: logarithms of colours against the face's middle one, four pixels a
    place, and those of the place across; the misfit; the odds that were found by it, as logits;
    what is seen; across and down.

    pixels: as `finer` gives them. off: SIDE x SIDE x 3 (ml.analysis.face_misfit). odds: SIDE x
    SIDE.
    """
    # Rows, their halves, columns, their halves, colours.
    told = np.log(pixels.astype(np.float32) + np.float32(DARK)).reshape(SIDE, 2, SIDE, 2, 3)
    mean = told.mean((1, 3))
    middle = np.median(mean[seen], 0)
    four = COLOURS * (told - middle).transpose(1, 3, 4, 0, 2).reshape(12, SIDE, SIDE)
    across = COLOURS * (mean - middle).transpose(2, 0, 1)[..., ::-1]
    sure = odds.clip(SUREST, 1 - SUREST)
    logits = LOGITS * np.log(sure / (1 - sure))
    misfits = MISFITS * off.transpose(2, 0, 1)
    made = [four, across, misfits, logits[None], seen[None], position()]
    return np.concatenate(made).astype(np.float32)


@cache
def position() -> Floats:
    """2 x SIDE x SIDE: across and down, -1..1."""
    down, across = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    made: Floats = np.stack([across, down]).astype(np.float32)
    return made
