"""Lists of ScreenSpot-Pro and RefCOCO are read, and answers to them counted as both do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ml import registry
from ml.evaluation.benchmarks.grounding import measured, run
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.grounding import EXPECTS, READERS
from ml.evaluation.readers.samples import BadData, read
from ml.pool import Pool
from ml.types import Box
from ml.weights import Weights

registry.discover()
BUTTONS = {"Save file": (40, 30), "Print preview": (400, 220), "Quit": (650, 430)}
SIZE = (130, 36)


@pytest.fixture
def screens(tmp_path: Path) -> Path:
    """A screenshot with three buttons, in ScreenSpot-Pro's layout."""
    screen = Image.new("RGB", (900, 520), "#e4e6ea")
    pen, font = ImageDraw.Draw(screen), ImageFont.load_default(16)
    lines = []
    for text, (x, y) in BUTTONS.items():
        box = [x, y, x + SIZE[0], y + SIZE[1]]
        pen.rectangle(box, fill="white", outline="#888888")
        pen.text((x + 12, y + 8), text, "black", font=font)
        lines.append({
            "img_filename": "app/screen.png", "bbox": box, "instruction": f"click {text.lower()}",
            "ui_type": "text", "application": "editor", "platform": "linux", "id": text,
        })  # fmt: skip
    lines.append(lines[0] | {"instruction": "make the letters bold", "ui_type": "icon"})
    (tmp_path / "images" / "app").mkdir(parents=True)
    screen.save(tmp_path / "images" / "app" / "screen.png")
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations" / "editor_linux.json").write_text(json.dumps(lines))
    return tmp_path


def test_screenspot_pro_is_read(screens: Path) -> None:
    samples = read(screens, READERS, EXPECTS)
    assert [one.truth.words for one in samples][:2] == ["click save file", "click print preview"]
    assert samples[0].truth.box == Box(40, 30, 170, 66)
    assert [one.groups["ui_type"] for one in samples] == ["text", "text", "text", "icon"]


@pytest.mark.parametrize("keys", [("img_path", "expression"), ("image", "sent")])
def test_refcoco_is_read(tmp_path: Path, keys: tuple[str, str]) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg")
    lines = [{keys[0]: "a.jpg", keys[1]: "man on the left", "bbox": [1, 2, 30, 40]}]
    (tmp_path / "refcoco_val.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    (sample,) = read(tmp_path, READERS, EXPECTS)
    assert sample.truth.words == "man on the left" and sample.truth.box == Box(1, 2, 30, 40)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bbox": [1, 2, 3]}, "line 1: bbox is not"),
        ({"bbox": [9, 2, 3, 8]}, "no area"),
        ({"instruction": ""}, "instruction is empty"),
    ],
)
def test_wrong_lines_are_named(screens: Path, changed: dict[str, object], said: str) -> None:
    file = screens / "annotations" / "editor_linux.json"
    first, *others = json.loads(file.read_text())
    file.write_text(json.dumps([first | changed, *others]))
    with pytest.raises(BadData, match=said):
        read(screens, READERS, EXPECTS)


def test_clicks_and_overlaps_are_counted_by_hand(screens: Path) -> None:
    samples = read(screens, READERS, EXPECTS)
    said = [
        Box(40, 30, 170, 66),  # the box itself: both right
        Box(440, 225, 480, 245),  # inside, but small: the click hits, IoU is 800 / 4680
        Box(650, 430, 650 + 130, 430 + 36 * 4),  # the middle falls below, IoU is 1 / 4
        None,
    ]
    found = measured(samples, said)
    whole = found.score(np.ones(4))
    assert whole == {"click_accuracy": 2 / 4, "iou_50": 1 / 4, "answered": 3 / 4}
    assert found.score(np.array([0.0, 1, 0, 0]))["click_accuracy"] == 1
    assert (found.n, found.skipped, found.counts) == (4, 1, {"pictures": 1})


def test_written_buttons_are_found_without_a_language_model(
    screens: Path, weights_folder: Path
) -> None:
    found = run(Setting(screens, ("text-search",), Pool(Weights(weights_folder))))["text-search"]
    whole = found.score(np.ones(4))
    assert whole["click_accuracy"] == 3 / 4  # the icon bears no words
    assert found.skipped == 1
