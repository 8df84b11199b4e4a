"""Faces known to be a person's, as models see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ml.contracts import Reference, View
from ml.pipelines import Context
from ml.sequence import SAME, look
from ml.types import Box, Picture

AROUND = 1.0  # so many sides of a face are kept around it of a reference
LARGEST = 512  # pixels of a face of a reference; no model looks at more, and 20 of 24 MP are heavy


@dataclass(frozen=True, slots=True)
class TrueFace:
    """A face known to be a person's: the photo's file, where on it, the file's name, and when it
    was taken where that is known."""

    photo: Path
    box: Box
    name: str
    taken: date | None = None


def reference(
    picture: Picture, one: TrueFace, models: tuple[str, ...], context: Context
) -> Reference:
    """A true face as the models see it, with what is around it on its photo and no more."""
    near, inside = cut_out(picture, one.box)
    report, outputs = look(near, models, context)
    view = View(near, report.faces, outputs)
    best = max(
        range(len(report.faces)), key=lambda i: report.faces[i].box.iou(inside), default=None
    )
    found = best is not None and report.faces[best].box.iou(inside) >= SAME
    return Reference(view, best if found else None, one.name, one.taken)


def cut_out(picture: Picture, box: Box) -> tuple[Picture, Box]:
    """The part of the photo around a face, and the box in it; in the photo's own pixels where the
    face is no larger than LARGEST, else shrunk by averaging until it is."""
    import cv2

    width, height = picture.size
    side = AROUND * max(box.width, box.height)
    left, top = max(int(box.left - side), 0), max(int(box.top - side), 0)
    right, bottom = min(int(box.right + side) + 1, width), min(int(box.bottom + side) + 1, height)
    pixels: Any = picture.pixels[top:bottom, left:right].copy()
    scale = min(1.0, LARGEST / max(box.width, box.height))
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sides = box.left - left, box.top - top, box.right - left, box.bottom - top
    return Picture(pixels), Box(*(scale * one for one in sides))
