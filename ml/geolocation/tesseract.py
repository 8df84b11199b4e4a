"""Reads boxes of text with Tesseract, where it is installed: scripts that PP-OCR cannot read."""

from __future__ import annotations

import re
import shutil
import subprocess
from csv import QUOTE_NONE, DictReader
from functools import cache
from io import StringIO

import numpy as np
from numpy.typing import NDArray

PROGRAM = "tesseract"
# Its languages by script, the commonest first; what is installed of them is used together.
LANGUAGES = {
    "cyrillic": ("rus", "ukr", "bul", "srp", "kaz", "mkd", "bel"),
    "greek": ("ell",), "arabic": ("ara", "fas", "urd"), "hebrew": ("heb",),
    "devanagari": ("hin", "mar", "nep"), "bengali": ("ben",), "gujarati": ("guj",),
    "gurmukhi": ("pan",), "tamil": ("tam",), "telugu": ("tel",), "kannada": ("kan",),
    "malayalam": ("mal",), "sinhala": ("sin",), "thai": ("tha",), "lao": ("lao",),
    "burmese": ("mya",), "khmer": ("khm",), "georgian": ("kat",), "armenian": ("hye",),
    "ethiopic": ("amh", "tir"), "hangul": ("kor",),
}  # fmt: skip
TOGETHER = 3  # languages at once: more make it slow
SECONDS = 20  # for one box
LINE = "7"  # its mode for a single line
EDGE = 12  # pixels of margin that it likes


@cache
def installed() -> frozenset[str]:
    """Tesseract's languages on this machine; none where it is not on the PATH."""
    program = shutil.which(PROGRAM)
    if program is None:
        return frozenset()
    asked = [program, "--list-langs"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    return frozenset(done.stdout.split()[1:]) if done.returncode == 0 else frozenset()


def languages(script: str) -> tuple[str, ...]:
    """What it would read a script with; () for nothing."""
    return tuple(one for one in LANGUAGES.get(script, ()) if one in installed())[:TOGETHER]


def read(box: NDArray[np.uint8], script: str) -> tuple[str, float]:
    """The text of a grey box, dark on light or light on dark, and how sure it is, 0..1."""
    import cv2

    light = box if np.median(box) > 127 else 255 - box
    framed = cv2.copyMakeBorder(light, EDGE, EDGE, EDGE, EDGE, cv2.BORDER_REPLICATE)
    sent = cv2.imencode(".png", framed)[1].tobytes()
    spoken = "+".join(languages(script))
    command = [shutil.which(PROGRAM) or PROGRAM, "-", "-", "-l", spoken, "--psm", LINE, "tsv"]
    try:
        done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return "", 0.0  # a box that it cannot read must not keep the others from being read
    return said(done.stdout.decode("utf-8", "replace"))


def said(table: str) -> tuple[str, float]:
    """Its words in their order and the mean of its confidence, 0..1."""
    rows = DictReader(StringIO(table), delimiter="\t", quoting=QUOTE_NONE)
    words = [(row["text"], float(row["conf"])) for row in rows if (row["text"] or "").strip()]
    text = re.sub(r"\s+", " ", " ".join(word for word, _ in words)).strip()
    score = float(np.mean([max(sure, 0.0) for _, sure in words])) / 100 if words else 0.0
    return text, score
