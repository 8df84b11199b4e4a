"""Reads what is written in the photo: PP-OCR; other scripts by what is installed beside it.

These are PP-OCRv5's recognisers (ml.geolocation.script_readers), else Tesseract.

The script of each box is told by its looks first. A reading in another script is thrown away:
PP-OCR makes confident Latin nonsense of scripts that it does not know.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ml.contracts import TEXT, WRITING, Line, Output, View, Writings
from ml.geolocation import script_readers, tesseract
from ml.geolocation.recogniser import TALL, Recogniser
from ml.geolocation.script_boxes import HIGH, cut
from ml.geolocation.script_network import SCRIPTS, ScriptNetwork
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.types import XY, Mark, MarkKind, Reading
from ml.weights import File, Pypi, Weights

NAME = "ppocr-writing"
LAYER = "Writing"
TESSERACT_TALL = 64
MOST = 40  # lines that are read, the highest first
FAINT = 0.5  # readings that are less sure are thrown away
CLEAR, CLEAR_LETTERS, UNDOUBTED = 0.93, 4, 0.95  # readings that overrule looks that are unsure
SURE = 0.6  # of a script by its looks: then a reading in another one is thrown away
FEWEST_DIGITS = 4  # of a number that stands in a line that looks like letters
NUMBERS = 0.5  # of a reading's letters and digits: with more digits, its script says nothing
PPOCR = ("latin", "han", "kana", "none")
WEIGHTS = File(
    "rapidocr/models/PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    21_234_383,
)
UNICODE = {  # first words of the names of letters
    "LATIN": "latin", "CYRILLIC": "cyrillic", "GREEK": "greek", "ARABIC": "arabic",
    "HEBREW": "hebrew", "DEVANAGARI": "devanagari", "BENGALI": "bengali", "GUJARATI": "gujarati",
    "GURMUKHI": "gurmukhi", "TAMIL": "tamil", "TELUGU": "telugu", "KANNADA": "kannada",
    "MALAYALAM": "malayalam", "SINHALA": "sinhala", "THAI": "thai", "LAO": "lao",
    "MYANMAR": "burmese", "KHMER": "khmer", "GEORGIAN": "georgian", "ARMENIAN": "armenian",
    "ETHIOPIC": "ethiopic", "HANGUL": "hangul", "KATAKANA": "kana", "HIRAGANA": "kana",
    "KATAKANA-HIRAGANA": "kana", "CJK": "han", "FULLWIDTH": "latin",
}  # fmt: skip
SISTERS = ({"han", "kana"},)  # scripts that one line mixes


@register(
    ModelCard(
        name=NAME,
        title="Reader of text (PP-OCRv6, small; Tesseract where it is installed)",
        task=WRITING,
        weights=(Pypi("rapidocr", "3.10.0", (WEIGHTS,), download=27_288_134),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=150,
        paper="PaddleOCR: PP-OCRv6; R. Smith, An Overview of the Tesseract OCR Engine, 2007",
        known_limits=(
            "Reads Latin, Chinese and Japanese writing; other scripts only where a reader of "
            "theirs or Tesseract is installed, and else tells no more than which script it is. "
            "Small, slanted and ornamental writing is misread."
        ),
        needs=(TEXT,),
    )
)
class PpocrWriting(Model):
    """Lines with their script, and what they say where that can be read."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._plain = Recogniser(weights.path(WEIGHTS))
        self._files = script_readers.installed(weights)
        self._readers: dict[str, Recogniser] = {}
        self._scripts = ScriptNetwork(device)

    def run(self, view: View) -> Output:
        boxes = sorted(view.data(TEXT).corners, key=height, reverse=True)[:MOST]
        lines = tuple(self.line(view.picture.pixels, corners) for corners in boxes)
        marks = tuple(
            Mark(NAME, LAYER, MarkKind.LINE, ((*line.corners, line.corners[0]),), label=line.text)
            for line in lines
        )
        return Output(readings=told(lines), marks=marks, data=Writings(lines, self.engines()))

    def line(self, pixels: NDArray[np.uint8], corners: tuple[XY, ...]) -> Line:
        import cv2

        grey = cv2.cvtColor(cut(pixels, corners, HIGH), cv2.COLOR_RGB2GRAY)
        odds = self._scripts(np.asarray(grey, np.uint8))
        script, sure = SCRIPTS[int(odds.argmax())], float(odds.max())
        text, score = self._plain(cut(pixels, corners, TALL))
        if clear(text, score, sure):
            return Line(corners, text, round(score, 3), script_of(text), round(score, 3), "PP-OCR")
        engine = "PP-OCR"
        if not agrees(text, script, sure):
            text, score, engine = self.otherwise(pixels, corners, script)
        if score < FAINT or not agrees(text, script, sure):
            return Line(corners, "", 0.0, script, round(sure, 3))
        return Line(corners, text, round(score, 3), script, round(sure, 3), engine)

    def engines(self) -> dict[str, str]:
        """What each script is read with here; scripts that nothing reads are left out."""
        found = {script: "PP-OCR" for script in PPOCR if script != "none"}
        found |= {one: "Tesseract" for one in tesseract.LANGUAGES if tesseract.languages(one)}
        return found | dict.fromkeys(self._files, script_readers.ENGINE)

    def otherwise(
        self, pixels: NDArray[np.uint8], corners: tuple[XY, ...], script: str
    ) -> tuple[str, float, str]:
        """What reads that script here, besides the embedded reader: the text, how sure it is, 0..1,
        and its name; "" and 0 where nothing does."""
        import cv2

        if script in self._files:
            if script not in self._readers:
                self._readers[script] = Recogniser(self.weights.path(self._files[script]))
            return *self._readers[script](cut(pixels, corners, TALL)), script_readers.ENGINE
        if tesseract.languages(script):
            wanted = cut(pixels, corners, TESSERACT_TALL)
            grey = cv2.cvtColor(wanted, cv2.COLOR_RGB2GRAY)
            return *tesseract.read(np.asarray(grey, np.uint8), script), "Tesseract"
        return "", 0.0, ""


def height(corners: tuple[XY, ...]) -> float:
    """The shorter side of a box."""
    box = np.asarray(corners)
    return float(np.linalg.norm(box - np.roll(box, 1, axis=0), axis=1).min())


def script_of(text: str) -> str:
    """What most letters of a text are written in; "none" where more of it is digits."""
    found = Counter(
        UNICODE.get(unicodedata.name(letter, "?").split()[0], "none")
        for letter in text
        if letter.isalpha()
    )
    digits = sum(letter.isdigit() for letter in text)
    if not found or digits > NUMBERS * (found.total() + digits):
        return "none"
    return "kana" if found["kana"] else found.most_common(1)[0][0]


def clear(text: str, score: float, sure: float) -> bool:
    """Whether PP-OCR's reading is clearer than the looks of the script: alphabets look alike, and
    its nonsense of scripts that it does not know is never as confident."""
    letters = sum(letter.isalpha() for letter in text)
    return letters >= CLEAR_LETTERS and score >= CLEAR and sure < UNDOUBTED


def agrees(text: str, script: str, sure: float) -> bool:
    """Whether a reading may be of a line that looks like that script."""
    written = script_of(text)
    if written == "none":
        digits = sum(letter.isdigit() for letter in text)
        return digits > 0 and (script in PPOCR or sure < SURE or digits >= FEWEST_DIGITS)
    if written == script or any({written, script} <= pair for pair in SISTERS):
        return True
    return sure < SURE and written in PPOCR and script in PPOCR


def told(lines: tuple[Line, ...]) -> tuple[Reading, ...]:
    """The lines that were read, and how many were not."""
    read = [line for line in lines if line.text]
    said = [Reading(NAME, "reads", line.text[:200], line.score) for line in read]
    scripts = Counter(line.script for line in lines if not line.text and line.script != "none")
    unread = [
        Reading(NAME, "looks like", script, note=f"{count} not read")
        for script, count in scripts.most_common()
    ]
    return (Reading(NAME, "lines of text", float(len(lines))), *said, *unread)
