"""Passport photos side by side on paper that one can buy, as PNG or PDF in their true size."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import numpy as np

from ml.generation.passport import DPI, MM, Pixels

GAP, EDGE = 2.0, 4.0  # millimetres between photos, and at the edge where printers do not print
MARK, LINE = 3.0, (150, 150, 150)  # millimetres: how long lines are that say where to cut


class Paper(StrEnum):
    """Paper for photos."""

    POSTCARD = "10 x 15 cm"
    A4 = "A4"


SIZES = {Paper.POSTCARD: (101.6, 152.4), Paper.A4: (210.0, 297.0)}


def sheet(photo: Pixels, paper: Paper) -> Pixels:
    """As many of one photo as the paper holds, upright or across, whichever holds more.

    Raises:
        ValueError: not even one goes onto it.
    """
    wide, high = SIZES[paper]
    upright, across = (filled(photo, size) for size in ((wide, high), (high, wide)))
    best = max(upright, across, key=lambda one: one[1])
    if not best[1]:
        raise ValueError(f"The photo is larger than {paper}.")
    return best[0]


def filled(photo: Pixels, size: tuple[float, float]) -> tuple[Pixels, int]:
    """The sheet, and how many photos are on it. size: millimetres."""
    dots = DPI / MM
    wide, high = (round(length * dots) for length in size)
    gap, edge = round(GAP * dots), round(EDGE * dots)
    rows, columns = (
        (length - 2 * edge + gap) // (side + gap)
        for length, side in ((high, photo.shape[0]), (wide, photo.shape[1]))
    )
    paper = np.full((high, wide, 3), 255, np.uint8)
    if not rows * columns:
        return paper, 0
    tops, lefts = (
        starts(length, side, count, gap)
        for length, side, count in (
            (high, photo.shape[0], rows),
            (wide, photo.shape[1], columns),
        )
    )
    marked(paper, tops, lefts, photo.shape[:2])
    for top in tops:
        for left in lefts:
            paper[top : top + photo.shape[0], left : left + photo.shape[1]] = photo
    return paper, rows * columns


def starts(length: int, side: int, count: int, gap: int) -> list[int]:
    """Where each begins, the whole in the middle."""
    first = (length - count * side - (count - 1) * gap) // 2
    return [first + number * (side + gap) for number in range(count)]


def marked(paper: Pixels, tops: list[int], lefts: list[int], size: tuple[int, ...]) -> None:
    """Lines at the rim of the sheet's photos, where one cuts."""
    long = round(MARK * DPI / MM)
    outer = tops[0], tops[-1] + size[0], lefts[0], lefts[-1] + size[1]
    for column in (c for left in lefts for c in (left - 1, left + size[1])):
        paper[max(0, outer[0] - long) : outer[0], column] = LINE
        paper[outer[1] : outer[1] + long, column] = LINE
    for row in (r for top in tops for r in (top - 1, top + size[0])):
        paper[row, max(0, outer[2] - long) : outer[2]] = LINE
        paper[row, outer[3] : outer[3] + long] = LINE


def saved(pixels: Pixels, path: Path) -> None:
    """A PNG or PDF, by the path's ending, that prints in its true size."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if path.suffix == ".pdf":
        image.save(path, "PDF", resolution=float(DPI), quality=95, subsampling=0)
    else:
        image.save(path, "PNG", dpi=(DPI, DPI))
