"""Where faces are: WIDER FACE's lists and plain CSV."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.evaluation.readers.samples import BadData, Sample
from ml.evaluation.readers.tables import csv_with, rows, words
from ml.types import Box

INVALID = 7  # column of WIDER's lines: 1 for faces that do not count
SMALL, LARGE = 32, 96  # pixels of height that part small, middling and large faces


@dataclass(frozen=True, slots=True)
class Faces:
    """All faces of a photo; ignored: those that need not be found."""

    boxes: tuple[Box, ...]
    ignored: tuple[bool, ...]


def wider(folder: Path) -> list[Sample[Faces]] | None:
    """WIDER FACE: wider_face_val_bbx_gt.txt, of each photo its path, a count, and a line a face:
    x y width height blur expression illumination invalid occlusion pose."""
    lists = sorted(folder.rglob("*bbx_gt.txt"))
    if not lists:
        return None
    file = next((one for one in lists if "val" in one.name), lists[0])
    split = "val" if "val" in file.name else "train"
    places = (folder / f"WIDER_{split}" / "images", folder / "images", folder)
    photos = next(place for place in places if place.is_dir())
    lines, found, at = words(file), [], 0
    while at < len(lines):
        number, path = lines[at][0], " ".join(lines[at][1])
        if at + 1 == len(lines) or not lines[at + 1][1][0].isdigit():
            raise BadData(f"{file.name}, line {number}: no count of faces after {path}.")
        count = int(lines[at + 1][1][0])
        # A photo without faces has one line of noughts all the same.
        given = lines[at + 2 : at + 2 + max(count, 1)]
        truth = Faces(*_wider_faces(file, given[:count], count, path))
        found.append(Sample(path, photos / path, truth, path, {"event": path.partition("/")[0]}))
        at += 2 + (max(count, 1) if given and _is_face(given[0][1]) else 0)
    return found


def _is_face(line: list[str]) -> bool:
    return len(line) >= 4 and all(word.lstrip("-").isdigit() for word in line)


def _wider_faces(
    file: Path, lines: list[tuple[int, list[str]]], count: int, path: str
) -> tuple[tuple[Box, ...], tuple[bool, ...]]:
    if len(lines) < count or not all(_is_face(line) for _, line in lines):
        raise BadData(f"{file.name}: not {count} faces follow {path}.")
    values = [[int(word) for word in line] for _, line in lines]
    boxes = tuple(Box(x, y, x + w, y + h) for x, y, w, h, *_ in values)
    ignored = tuple(
        box.area == 0 or (len(value) > INVALID and value[INVALID] == 1)
        for box, value in zip(boxes, values, strict=True)
    )
    return boxes, ignored


def table(folder: Path) -> list[Sample[Faces]] | None:
    """A CSV of file, left, top, right, bottom (or x, y, width, height), a line a face; an empty
    left (or x): a photo without faces. A column "ignored" of 0 and 1 may stand there."""
    for columns in (("left", "top", "right", "bottom"), ("x", "y", "width", "height")):
        file = csv_with(folder, "file", *columns)
        if file is None:
            continue
        boxes: dict[str, list[tuple[Box, bool]]] = {}
        for row in rows(file):
            faces = boxes.setdefault(row.text("file"), [])
            if not row.values[columns[0]]:
                continue
            a, b, c, d = (row.number(column) for column in columns)
            box = Box(a, b, c, d) if columns[0] == "left" else Box(a, b, a + c, b + d)
            if box.width <= 0 or box.height <= 0:
                raise row.wrong("the box has no area.")
            faces.append((box, row.get("ignored") == "1"))
        return [_photo(folder, name, faces) for name, faces in boxes.items()]
    return None


def _photo(folder: Path, name: str, faces: list[tuple[Box, bool]]) -> Sample[Faces]:
    truth = Faces(tuple(box for box, _ in faces), tuple(ignored for _, ignored in faces))
    return Sample(name, folder / name, truth, name)


READERS = (wider, table)
EXPECTS = (
    "WIDER FACE (..._bbx_gt.txt and its images), or a CSV of file, left, top, right, bottom "
    "(or x, y, width, height)"
)
