"""A line of text read by one of PP-OCR's recognisers (ONNX, its letters in its metadata)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.runtimes import threads

TALL, WIDEST = 48, 2000  # pixels of a line as it is read


class Recogniser:
    """Called with a line TALL pixels high (RGB, uint8), it gives the text, and the mean of its
    confidence, 0..1."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads()
        options.log_severity_level = 3
        self._net = onnxruntime.InferenceSession(path, options)
        letters = self._net.get_modelmeta().custom_metadata_map["character"]
        self._letters = ("", *letters.splitlines(), " ")
        self._input = self._net.get_inputs()[0].name

    def __call__(self, crop: NDArray[np.uint8]) -> tuple[str, float]:
        crop = crop[:, :WIDEST]
        fed = crop[..., ::-1].astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1
        odds = self._net.run(None, {self._input: np.ascontiguousarray(fed)})[0][0]
        best, sure = odds.argmax(1), odds.max(1)
        # Connectionist temporal classification: 0 is no letter, and repeats are one.
        kept = (best > 0) & (best != np.concatenate([[0], best[:-1]]))
        text = "".join(self._letters[i] for i in best[kept]).strip()
        return text, float(sure[kept].mean()) if kept.any() else 0.0
