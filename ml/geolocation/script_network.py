"""Tells the script of a box of text by its looks, read or not: a small network of our own.

Trained on boxes drawn in Noto fonts, by `python -m tests.fitting.scripts`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.geolocation.script_boxes import fed, guises
from ml.registry import Device
from ml.runtimes import Onnx

FILE = Path(__file__).with_name("scripts.onnx")
# The order of its outputs. "none": numbers, and what is no text.
SCRIPTS = (
    *("latin", "cyrillic", "greek", "arabic", "hebrew", "devanagari", "bengali", "gujarati"),
    *("gurmukhi", "tamil", "telugu", "kannada", "malayalam", "sinhala", "thai", "lao", "burmese"),
    *("khmer", "georgian", "armenian", "ethiopic", "hangul", "kana", "han", "none"),
)


class ScriptNetwork:
    """Called with a grey box HIGH pixels high, it gives the probability of each script."""

    def __init__(self, device: Device) -> None:
        self._net = Onnx(FILE, device)

    def __call__(self, box: NDArray[np.uint8]) -> NDArray[np.float64]:
        logits = self._net(fed(guises(box)))[0].mean(0).astype(np.float64)
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), np.float64)
