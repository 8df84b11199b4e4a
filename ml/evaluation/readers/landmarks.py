"""Where the points of a face are: 300W's .pts files and plain CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.readers.samples import PICTURES, BadData, Sample
from ml.evaluation.readers.tables import Row, csv_with, rows

Points = NDArray[np.float64]
COUNTS = (5, 68)


def pts(folder: Path) -> list[Sample[Points]] | None:
    """300W: beside each photo a file of the same name with the points of its face, the first
    pixel counted as 1."""
    files = sorted(folder.rglob("*.pts"))
    if not files:
        return None
    return [_sample(folder, _photo_beside(file), _points(file) - 1) for file in files]


def _photo_beside(file: Path) -> Path:
    for suffix in sorted(PICTURES):
        if (found := file.with_suffix(suffix)).is_file():
            return found
    raise BadData(f"No photo lies beside {file.name}.")


def _points(file: Path) -> Points:
    """version: 1 / n_points: N / { / x y ... / }"""
    text = file.read_text()
    inside = text.partition("{")[2].partition("}")[0].split()
    said = text.partition("n_points:")[2].split()
    try:
        found = np.array([float(word) for word in inside]).reshape(-1, 2)
    except ValueError:
        raise BadData(f"{file.name} holds something else than pairs of numbers.") from None
    if not said or said[0] != str(len(found)) or len(found) not in COUNTS:
        raise BadData(f"{file.name} holds {len(found)} points; 5 or 68 are understood.")
    return found


def table(folder: Path) -> list[Sample[Points]] | None:
    """A CSV of file, x0, y0, x1, y1 ... with 5 or 68 points, in pixels, the first pixel being 0."""
    file = csv_with(folder, "file", "x0", "y0")
    return None if file is None else [_by_row(folder, row) for row in rows(file)]


def _by_row(folder: Path, row: Row) -> Sample[Points]:
    count = sum(name.startswith("x") and name[1:].isdigit() for name in row.values)
    if count not in COUNTS:
        raise row.wrong(f"{count} points; 5 or 68 are understood.")
    points = [(row.number(f"x{i}"), row.number(f"y{i}")) for i in range(count)]
    return _sample(folder, folder / row.text("file"), np.array(points))


def _sample(folder: Path, photo: Path, points: Points) -> Sample[Points]:
    name = photo.relative_to(folder).as_posix()
    low, high = points.min(0), points.max(0)
    x, y = (low + high) / 2
    return Sample(name, photo, points, name, near=(float(x), float(y)))


READERS = (pts, table)
EXPECTS = "300W (.pts beside each photo), or a CSV of file, x0, y0, x1, y1 ... with 5 or 68 points"
