"""Reads lines of text with PP-OCR: what a search for words compares them with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import TEXT, WRITING, Line, Output, View, Writings
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import threads
from ml.types import XY, Mark, MarkKind, Reading
from ml.weights import File, Pypi, Weights

NAME = "ppocr-lines"
HIGH, WIDEST = 48, 2000  # pixels of a line as the network reads it
SURE = 0.5  # readings that are less sure are thrown away
EDGE = 2.0  # pixels around a small line: the finder's boxes are tight
SCRIPTS = "latin, chinese and japanese"
Pixels = NDArray[np.uint8]
WEIGHTS = File(
    "rapidocr/models/PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    21_234_383,
)


@register(
    ModelCard(
        name=NAME,
        title="Reader of lines (PP-OCRv6, small)",
        task=WRITING,
        weights=(Pypi("rapidocr", "3.10.0", (WEIGHTS,), download=27_288_134),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=120,
        paper="Cui et al., PaddleOCR 3.0 Technical Report, 2025",
        known_limits=(
            "Reads Latin, Chinese and Japanese writing, and takes other scripts for nonsense in "
            "these. Small, slanted and ornamental writing is misread."
        ),
        needs=(TEXT,),
    )
)
class PpocrLines(Model):
    """What each stretch of text says."""

    def __init__(self, weights: Weights, device: Device) -> None:
        import onnxruntime

        super().__init__(weights, device)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads()
        options.log_severity_level = 3
        self._net = onnxruntime.InferenceSession(weights.path(WEIGHTS), options)
        letters = self._net.get_modelmeta().custom_metadata_map["character"]
        self._letters = ("", *letters.splitlines(), " ")
        self._input = self._net.get_inputs()[0].name

    def run(self, view: View) -> Output:
        lines = tuple(self._line(view.picture.pixels, one) for one in view.data(TEXT).corners)
        read = [line for line in lines if line.text]
        marks = tuple(
            Mark(NAME, "Writing", MarkKind.LINE, ((*one.corners, one.corners[0]),), label=one.text)
            for one in read
        )
        said = (Reading(NAME, "reads", line.text[:200], line.score) for line in read)
        readings = (Reading(NAME, "lines of text", float(len(lines))), *said)
        return Output(readings=readings, marks=marks, data=Writings(lines, {SCRIPTS: "PP-OCR"}))

    def _line(self, pixels: Pixels, corners: tuple[XY, ...]) -> Line:
        text, score = self._read(level(pixels, corners))
        if score < SURE:
            text, score = "", 0.0
        return Line(corners, text, round(score, 3), "none", 0.0, "PP-OCR")

    def _read(self, line: Pixels) -> tuple[str, float]:
        """The text of a line HIGH pixels high, and the mean of its confidence, 0..1."""
        fed = line[:, :WIDEST, ::-1].astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1
        odds = self._net.run(None, {self._input: np.ascontiguousarray(fed)})[0][0]
        best, sure = odds.argmax(1), odds.max(1)
        # Connectionist temporal classification: 0 is no letter, and repeats are one.
        kept = (best > 0) & (best != np.concatenate([[0], best[:-1]]))
        text = "".join(self._letters[letter] for letter in best[kept]).strip()
        return text, float(sure[kept].mean()) if kept.any() else 0.0


def level(pixels: Pixels, corners: Sequence[XY]) -> Pixels:
    """A four-cornered box drawn level, HIGH pixels high; boxes higher than wide, turned."""
    import cv2

    centre, sides, angle = cv2.minAreaRect(np.asarray(corners, np.float32))
    if abs(angle) > 45:  # of two ways to say the same box, the one that is turned less
        sides, angle = sides[::-1], angle - 90 * np.sign(angle)
    wide, high = (max(side, 1.0) + 2 * EDGE for side in sides)
    scale = HIGH / high
    turn = cv2.getRotationMatrix2D(centre, angle, scale)
    size = max(HIGH // 2, round(wide * scale)), HIGH
    turn[:, 2] += np.array(size) / 2 - np.asarray(centre)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(
        cv2.warpAffine(pixels, turn, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
