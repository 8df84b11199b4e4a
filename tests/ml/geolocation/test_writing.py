"""Boxes of text: their script by looks, what they say, and readings that are not believed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ml.contracts import TEXT, Line, Output, Texts, View
from ml.geolocation import tesseract
from ml.geolocation.script_boxes import HIGH, WIDE, cut, fed, guises, windows
from ml.geolocation.script_network import FILE, SCRIPTS, ScriptNetwork
from ml.geolocation.writing_ppocr import NAME, agrees, clear, script_of
from ml.pool import Pool
from ml.registry import Device
from ml.types import XY, Picture
from ml.weights import Weights

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SIDES = ((20.0, 20.0), (380.0, 20.0), (380.0, 80.0), (20.0, 80.0))
HEBREW, GEORGIAN = "מאפייה טרייה", "პურის საცხობი"


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def drawn(text: str, size: int = 40) -> Picture:
    if not Path(FONT).exists():
        pytest.skip("needs DejaVu Sans (fonts-dejavu)")
    canvas = Image.new("RGB", (400, 100), (240, 235, 220))
    font = ImageFont.truetype(FONT, size)
    left, top, right, bottom = font.getbbox(text)
    at = ((400 - right - left) / 2, (100 - bottom - top) / 2)
    ImageDraw.Draw(canvas).text(at, text, (30, 40, 70), font=font)
    return Picture(np.asarray(canvas))


def read(pool: Pool, picture: Picture, corners: tuple[XY, ...] = SIDES) -> Line:
    view = View(picture, outputs={TEXT: Output(data=Texts((corners,)))})
    (line,) = pool.run(NAME, view).data.lines
    assert isinstance(line, Line)
    return line


def test_latin_writing_is_read(pool: Pool) -> None:
    line = read(pool, drawn("Bäckerei Huber"))
    assert (line.text, line.script, line.engine) == ("Bäckerei Huber", "latin", "PP-OCR")
    assert line.score > 0.8


@pytest.mark.parametrize(("text", "script"), [(HEBREW, "hebrew"), (GEORGIAN, "georgian")])
def test_other_scripts_are_told_unread(
    pool: Pool, text: str, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tesseract, "installed", frozenset)
    line = read(pool, drawn(text))
    assert line.script == script and not line.text


def test_tesseract_reads_what_pp_ocr_cannot(pool: Pool) -> None:
    if not tesseract.languages("georgian"):
        pytest.skip("needs Tesseract with Georgian (tesseract-ocr-kat)")
    line = read(pool, drawn(GEORGIAN))
    assert line.engine == "Tesseract" and script_of(line.text) == "georgian"


def test_numbers_are_no_script(pool: Pool) -> None:
    assert read(pool, drawn("030 1234567")).text.replace(" ", "") == "0301234567"
    assert script_of("12:30 Uhr") == "none" and script_of("Uhr 12") == "latin"


@pytest.mark.parametrize(
    ("text", "script", "sure", "believed"),
    [
        ("gba 3gs ab", "georgian", 0.9, False),
        ("Bakery", "latin", 0.9, True),
        ("Bakery", "han", 0.4, True),
        ("きょう", "han", 0.9, True),
        ("+49 30", "thai", 0.9, True),
        ("Bakery", "thai", 0.4, False),
        ("3", "georgian", 0.9, False),
        ("“ ”", "hebrew", 0.5, False),
    ],
)
def test_a_reading_in_another_script_is_not_believed(
    text: str, script: str, sure: float, believed: bool
) -> None:
    assert agrees(text, script, sure) is believed


def test_a_clear_reading_overrules_looks_that_are_unsure() -> None:
    assert clear("Reinigung", 0.98, 0.7)
    assert not clear("Reinigung", 0.8, 0.7) and not clear("Reinigung", 0.98, 0.97)
    assert not clear("30", 0.99, 0.5)


def test_a_turned_box_is_drawn_level() -> None:
    picture = drawn("Bakery").pixels
    turned = np.ascontiguousarray(np.rot90(picture))
    level = cut(picture, SIDES, HIGH)
    # (x, y) lies at (y, width - x) once the photo is turned to the left.
    corners = tuple((y, 400 - x) for x, y in SIDES)
    again = cut(turned, corners, HIGH)
    assert again.shape == level.shape
    assert cv2.absdiff(again[:, ::-1][::-1], level).mean() < 30


def test_long_boxes_become_windows_side_by_side() -> None:
    box = np.tile(np.arange(300, dtype=np.uint16).astype(np.uint8), (HIGH, 1))
    found = windows(box)
    assert found.shape[1:] == (HIGH, WIDE) and (found[0] == box[:, :WIDE]).all()
    assert (found[-1] == box[:, -WIDE:]).all()
    short = windows(box[:, :50])
    assert short.shape == (1, HIGH, WIDE)
    assert fed(short).mean() == pytest.approx(0, abs=1e-5)


def test_a_box_is_looked_at_in_three_sizes() -> None:
    box = np.tile(np.arange(100, dtype=np.uint8), (HIGH, 1))
    made = guises(box)
    assert made.shape == (3, HIGH, WIDE) and (made[0] == windows(box)[0]).all()
    # Light and dark are exchanged in the last: it falls where the others rise.
    falls = np.sign(made[:, HIGH // 2, 100].astype(int) - made[:, HIGH // 2, 30])
    assert falls.tolist() == [1, 1, -1]


def test_the_network_is_small_and_knows_the_scripts_it_was_trained_on() -> None:
    import onnx

    assert FILE.stat().st_size < 1_000_000
    told = {one.key: one.value for one in onnx.load(FILE).metadata_props}["scripts"]
    assert told.split(",") == list(SCRIPTS) and len(SCRIPTS) >= 17
    odds = ScriptNetwork(Device.CPU)(np.zeros((HIGH, WIDE), np.uint8))
    assert odds.sum() == pytest.approx(1)


def test_tesseracts_table_becomes_text_and_a_score() -> None:
    head = "level\tconf\ttext\n"
    assert tesseract.said(head + "5\t90\tΦούρνος\n5\t70\tμας\n4\t-1\t\n") == ("Φούρνος μας", 0.8)
    assert tesseract.said(head) == ("", 0.0)
