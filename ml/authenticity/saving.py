"""What a file's header tells of how it was saved, without decoding it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import traces

ORIENTATION = 274
INVERSE = {6: 8, 8: 6}  # all other orientations undo themselves
BEST, WORST = 100, 5  # qualities of the standard tables that are told apart
Table = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """How a JPEG was written. tables: 8 x 8 each, luminance first. subsampling: "4:2:0" ..., ""
    where it is another. orientation: as in EXIF, 1 to 8."""

    tables: tuple[Table, ...]
    subsampling: str
    orientation: int = 1

    @property
    def quality(self) -> int:
        """Of the standard tables (ITU-T T.81, Annex K, as libjpeg scales them) the nearest."""
        return min(
            range(WORST, BEST + 1),
            key=lambda one: float(np.abs(standard(one) - self.tables[0]).sum()),
        )

    @property
    def is_standard(self) -> bool:
        """Whether the luminance table is one of libjpeg's, as most programs write."""
        return bool((standard(self.quality) == self.tables[0]).all())


@cache
def standard(quality: int) -> Table:
    """libjpeg's table of luminance at a quality, 8 x 8."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG", quality=quality)
    with Image.open(io.BytesIO(out.getvalue())) as image:
        return _table(image.quantization[0])  # type: ignore[attr-defined]


def read(file: Path) -> Saved | None:
    """How the file was saved; None where it is no JPEG or its header cannot be read.

    The header is parsed in the limited process, as everything in a stranger's file.
    """
    found = traces.read(file)
    if isinstance(found, str) or not found.saved:
        return None
    tables = tuple(_table(values) for values in found.saved["tables"])
    named = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}.get(found.saved["sampling"], "")
    return Saved(tables, named, found.saved["orientation"])


def _table(values: Any) -> Table:
    return np.array(values, np.int64).reshape(8, 8)


def upright(array: NDArray[Any], orientation: int) -> NDArray[Any]:
    """An array in the order the file stores it -> as the photo is shown (EXIF's orientation).
    A view: a large photo is not to be there twice."""
    turns = {
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a),
    }
    shown: NDArray[Any] = turns.get(orientation, lambda a: a)(array)
    return shown


def as_stored(array: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The other way round."""
    return upright(array, INVERSE.get(orientation, orientation))
