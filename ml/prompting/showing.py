"""What of a photo a model is shown, and who of it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Asked, View
from ml.types import Box, Face, Mark, MarkKind, Question

# How far around a face it is shown, in heights of it: clothes and posture stand below.
BESIDE, ABOVE, BELOW = 1.5, 0.8, 3.0
LONGEST = 1536  # pixels of what is shown
NOBODY = "No face was found in this photo."


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Who or what is asked about, and what is shown of it.

    pixels: H x W x 3, uint8, RGB. frame: the part of the photo that they show, in its pixels.
    face: an index into View.faces, None for the photo or somebody described. who: in words, as it
    stands before a question; "" for the photo.
    """

    pixels: NDArray[np.uint8]
    frame: Box
    face: int | None = None
    described: str = ""
    who: str = ""


def subjects(view: View, asked: Asked, question: Question) -> list[Subject]:
    """Of whom the question is asked: the photo, who is described, or face by face. None: there is
    no face."""
    width, height = view.picture.size
    whole = Box(0.0, 0.0, float(width), float(height))
    if asked.described:
        who = f"This is about one person in the picture: {asked.described}."
        pixels = shrunk(view.picture.pixels)
        return [Subject(pixels, whole, None, asked.described, who)]
    if not question.of_face:
        return [Subject(shrunk(view.picture.pixels), whole)]
    faces = asked.faces or tuple(range(len(view.faces)))
    if asked.marked:
        pixels = shrunk(numbered(view, faces))
        return [Subject(pixels, whole, face, who=_number(face)) for face in faces]
    return [_cropped(view, face) for face in faces]


def _number(face: int) -> str:
    return f"This is about the person whose face is marked with the number {face + 1}."


def _cropped(view: View, face: int) -> Subject:
    frame = around(view.faces[face], view.picture.size)
    rows = slice(int(frame.top), int(frame.bottom))
    pixels = view.picture.pixels[rows, int(frame.left) : int(frame.right)]
    who = "This is about the person whose face is in the upper middle of the picture."
    return Subject(shrunk(np.ascontiguousarray(pixels)), frame, face, who=who)


def around(face: Face, size: tuple[int, int]) -> Box:
    """A face with what is around it, within the photo, in whole pixels."""
    box, (width, height) = face.box, size
    unit = box.height
    left, top = int(max(box.left - BESIDE * unit, 0)), int(max(box.top - ABOVE * unit, 0))
    right = int(min(box.right + BESIDE * unit, width))
    bottom = int(min(box.bottom + BELOW * unit, height))
    return Box(float(left), float(top), float(max(right, left + 1)), float(max(bottom, top + 1)))


def numbered(view: View, faces: Sequence[int]) -> NDArray[np.uint8]:
    """The photo with each of these faces in a box that bears its number."""
    from ml.draw import draw

    marks = []
    for face in faces:
        box = view.faces[face].box
        corners = (((box.left, box.top), (box.right, box.bottom)),)
        marks.append(Mark("", "Numbers", MarkKind.BOX, corners, face, label=str(face + 1)))
    return np.asarray(draw(view.picture, marks), np.uint8)


def shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Not larger than models look at."""
    longest = max(pixels.shape[:2])
    if longest <= LONGEST:
        return pixels
    import cv2

    height, width = (max(round(one * LONGEST / longest), 1) for one in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
