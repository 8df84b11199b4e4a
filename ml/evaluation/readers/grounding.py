"""Where what words describe is on a picture: ScreenSpot-Pro's lists and those made of RefCOCO.

ScreenSpot-Pro: annotations/*.json, each a list of {img_filename, bbox, instruction, ui_type,
application, platform}, and images/. RefCOCO: its own lists are pickles, which are not opened; read
are JSON lists (or lines) made of them: {img_path, expression, bbox} or {image, sent, bbox}. All
boxes: left, top, right, bottom, in pixels.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.evaluation.readers.samples import BadData, Sample
from ml.types import Box

PICTURE_AND_WORDS = (
    ("img_filename", "instruction"),
    ("img_path", "expression"),
    ("image", "sent"),
)
GROUPS = ("ui_type", "application", "platform")
FOLDERS = ("images", ".")  # where pictures lie, beside the lists or above their folder


@dataclass(frozen=True, slots=True)
class Grounding:
    """words: what is described or to be clicked. box: where it is."""

    words: str
    box: Box


def lists(folder: Path) -> list[Sample[Grounding]] | None:
    """Every line of every list right in the folder or in its "annotations"; None: there is none.

    Raises:
        BadData: a line lacks its picture, words or box.
    """
    samples: list[Sample[Grounding]] = []
    for file in sorted([*folder.glob("*.json*"), *(folder / "annotations").glob("*.json*")]):
        for number, line in enumerate(rows(file), start=1):
            keys = next((keys for keys in PICTURE_AND_WORDS if keys[0] in line), None)
            if keys is None:
                return None
            samples.append(sample(folder, file, number, line, keys))
    return samples or None


def rows(file: Path) -> Iterator[dict[str, Any]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".jsonl":
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
    else:
        read = json.loads(text)
        yield from read if isinstance(read, list) else ()


def sample(
    folder: Path, file: Path, number: int, line: dict[str, Any], keys: tuple[str, str]
) -> Sample[Grounding]:
    picture, words = (line.get(key) for key in keys)
    if not picture or not words:
        raise BadData(f"{file.name}, line {number}: {' or '.join(keys)} is empty.")
    box = line.get("bbox")
    if not isinstance(box, list) or len(box) != 4:
        raise BadData(f"{file.name}, line {number}: bbox is not left, top, right, bottom.")
    found = Box(*(float(side) for side in box))
    if found.width <= 0 or found.height <= 0:
        raise BadData(f"{file.name}, line {number}: the box has no area.")
    places = (folder / inside / picture for inside in FOLDERS)
    path = next((one for one in places if one.is_file()), folder / picture)
    groups = {by: str(line.get(by, "")) for by in GROUPS}
    name = f"{file.stem}/{number:05d}"
    return Sample(name, path, Grounding(str(words), found), str(picture), groups)


READERS = (lists,)
EXPECTS = (
    "ScreenSpot-Pro (annotations/*.json and images/), or lists of RefCOCO as JSON: {img_path, "
    "expression, bbox} or {image, sent, bbox}, boxes as left, top, right, bottom"
)
