"""Reads camera files: what each photo was taken with and from where.

Either COLMAP's text export, cameras.txt and images.txt one after the other (SIMPLE_PINHOLE and
PINHOLE, photos without distortion; colmap.github.io/format.html), or JSON:
{"cameras": [{"name": "a.jpg", "K": 3 x 3, "R": 3 x 3, "t": 3}, ...]}, where a point X of the scene
is seen at K (R X + t), x to the right, y down, z away, pixel centres at whole numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from ml.errors import MLError
from ml.shape.surface import Points

WRONG = "The camera file cannot be read: {}."
MODELS = {"SIMPLE_PINHOLE": 3, "PINHOLE": 4}


def read(text: str) -> dict[str, Points]:
    """Each photo's 3 x 4 camera (ml.shape.bundle), by name.

    Raises:
        MLError: the file is not one of these, with a sentence.
    """
    try:
        found = dict(_json(text) if text.lstrip().startswith("{") else _colmap(text))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise MLError(WRONG.format(error or "a part is missing")) from None
    for name, matrix in found.items():
        if matrix.shape != (3, 4) or not np.isfinite(matrix).all():
            raise MLError(WRONG.format(f"{name} has no proper camera"))
        if abs(np.linalg.det(matrix[:, :3])) < 1e-12:
            raise MLError(WRONG.format(f"{name}'s camera sees nothing"))
    return found


def _json(text: str) -> Iterator[tuple[str, Points]]:
    for one in json.loads(text)["cameras"]:
        lens, turn, shift = (np.array(one[key], np.float64) for key in ("K", "R", "t"))
        yield str(one["name"]), lens @ np.column_stack([turn, shift])


def _colmap(text: str) -> Iterator[tuple[str, Points]]:
    lenses: dict[str, Points] = {}
    # Below each photo's line stands one of its points, which may be empty.
    lines = iter([line.strip() for line in text.splitlines() if not line.startswith("#")])
    for line in lines:
        words = line.split()
        if len(words) > 4 and words[1].isupper():
            lenses[words[0]] = _lens(words[1], [float(word) for word in words[4:]])
        elif len(words) >= 10:
            turn = _turn(*(float(word) for word in words[1:5]))
            shift = [float(word) for word in words[5:8]]
            yield " ".join(words[9:]), lenses[words[8]] @ np.column_stack([turn, shift])
            next(lines, "")


def _lens(model: str, numbers: list[float]) -> Points:
    if len(numbers) != MODELS.get(model):
        raise ValueError(f"{model} cameras are not understood, only {' and '.join(MODELS)}")
    x, y = numbers[-2:]
    # COLMAP has the middle of the first pixel at a half.
    return np.array([(numbers[0], 0, x - 0.5), (0, numbers[-3], y - 0.5), (0, 0, 1)])


def _turn(w: float, x: float, y: float, z: float) -> Any:
    """The rotation of a quaternion."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_quat((x, y, z, w)).as_matrix()
