"""Data sets of one's own photos: what is left out and why, captions, pairs, and the folder."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.generation.training_set import (
    Limits,
    Shown,
    caption,
    hindrance,
    pairs,
    sorted_out,
    written,
)
from ml.types import Box, Picture

GOOD = Shown(
    "p1", "a", (800, 900), Box(300, 300, 500, 520),
    values={"yaw": 2.0, "pitch": 1.0, "photo quality": 71.0, "expression": "neutral"},
)  # fmt: skip
LIMITS = Limits()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"size": (800, 500)}, "photo too small"),
        ({"box": Box(300, 300, 459, 520)}, "face too small"),
        ({"values": {"yaw": 1.0}}, "quality too low, or not read"),
        ({"values": {"photo quality": 49.9}}, "quality too low, or not read"),
        ({"others": (Box(480, 300, 700, 520),)}, "another face too near"),
        ({"words": "holiday, nude beach"}, "words of the file"),
    ],
)
def test_each_filter_names_its_reason(change: dict[str, object], why: str) -> None:
    assert hindrance(GOOD, LIMITS) == ""
    assert hindrance(replace(GOOD, **change), LIMITS) == why  # type: ignore[arg-type]


def test_a_face_just_beside_is_no_hindrance() -> None:
    assert hindrance(replace(GOOD, others=(Box(495, 300, 700, 520),)), LIMITS) == ""


def test_captions_say_what_was_read_and_nothing_else() -> None:
    assert caption(GOOD) == "a photo of a person facing the camera"
    values = {"yaw": -30.0, "pitch": 20.0, "expression": "happy", "hair colour": "dark"}
    values |= {"eyewear": "glasses", "face mask": "no", "age": "34"}
    assert caption(replace(GOOD, values=values)) == (
        "a photo of a person facing to the left and up, looking happy, dark hair, wearing glasses"
    )
    assert caption(replace(GOOD, values={})) == "a photo of a person"


def test_pairs_are_of_one_person_in_two_photos_that_differ() -> None:
    turned = replace(GOOD, key="p2", values={"yaw": 25.0, "expression": "happy"})
    happy = replace(GOOD, key="p3", values={"yaw": 3.0, "expression": "happy"})
    same = replace(GOOD, key="p4")
    stranger = replace(turned, person="b")
    found = [(one.one.key, one.other.key, one.why) for one in pairs([GOOD, turned, happy, same])]
    assert found == [
        ("p1", "p2", "pose and expression"),
        ("p1", "p3", "expression"),
        ("p2", "p3", "pose"),
        ("p2", "p4", "pose and expression"),
        ("p3", "p4", "expression"),
    ]
    assert not list(pairs([GOOD, stranger])) and not list(pairs([GOOD, replace(turned, key="p1")]))


def picture_of(one: Shown) -> Picture:
    pixels = np.zeros((one.size[1], one.size[0], 3), np.uint8)
    left, top, right, bottom = (round(edge) for edge in one.box.to_json())
    pixels[top:bottom, left:right] = 200
    return Picture(pixels)


def test_the_folder_holds_portraits_captions_pairs_and_a_manifest(tmp_path: Path) -> None:
    turned = replace(GOOD, key="p2", values=dict(GOOD.values) | {"yaw": 25.0})
    small = replace(GOOD, key="p3", size=(300, 300))
    out = tmp_path / "set"
    about = written(out, sorted_out([GOOD, turned, small], LIMITS), LIMITS, picture_of)
    assert about["images"] == 2 and about["left out"] == {"photo too small": 1}
    assert json.loads((out / "manifest.json").read_text())["pairs"] == {"pose": 1}
    lines = [json.loads(line) for line in (out / "metadata.jsonl").read_text().splitlines()]
    assert [line["text"] for line in lines][1].endswith("facing to the right")
    with Image.open(out / lines[0]["file_name"]) as image:
        assert image.size == (484, 484)  # 220 high, 0.6 of it more on each side
        assert np.asarray(image)[242, 242, 0] == 200 and np.asarray(image)[5, 5, 0] == 0
    with (out / "pairs.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["one"], row["yaw_apart"]) == (lines[0]["file_name"], "23.0")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="choose another folder"):
        written(tmp_path, sorted_out([GOOD], LIMITS), LIMITS, picture_of)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
