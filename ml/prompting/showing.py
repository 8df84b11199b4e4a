"""Who of a photo is meant, and what of it a model that runs here is shown."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.contracts import Asked, View
from ml.prompting import sights
from ml.prompting.sights import Sight
from ml.types import Box, Question

NOBODY = "No face was found in this photo."
DESCRIBED = "This is about one person in the picture: {}."
NUMBERED = "This is about the person whose face is marked with the number {}."
ALONE = (
    "This is about the person whose face is in the middle of the upper half, in a box if there are "
    "several."
)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Who or what is asked about, and what is shown of it.

    pixels: H x W x 3, uint8, RGB. frame: the part of the photo that they show, in its pixels.
    face: an index into View.faces, None for the photo or somebody described. who: in words, as it
    stands before a question; "" for the photo. briefly: the same in a few words, "" too where the
    pixels show nobody else.
    """

    pixels: NDArray[np.uint8]
    frame: Box
    face: int | None = None
    described: str = ""
    who: str = ""
    briefly: str = ""


def subjects(view: View, asked: Asked, question: Question) -> list[Subject]:
    """Of whom the question is asked: the photo, who is described, or face by face. None: there is
    no face."""
    if not question.of_face:
        return [_shown(sights.of_photo(view.picture))]
    if asked.described:
        who = DESCRIBED.format(asked.described)
        return [_shown(sights.of_photo(view.picture), None, asked.described, who, asked.described)]
    faces = asked.faces or tuple(range(len(view.faces)))
    if asked.marked and faces:
        sight = sights.of_faces(view, faces)
        return [
            _shown(sight, face, "", NUMBERED.format(face + 1), f"number {face + 1}")
            for face in faces
        ]
    return [_shown(sights.of_face(view, face), face, "", ALONE) for face in faces]


def _shown(
    sight: Sight, face: int | None = None, described: str = "", who: str = "", briefly: str = ""
) -> Subject:
    pixels = np.asarray(Image.open(BytesIO(sight.jpeg)), np.uint8)
    return Subject(pixels, sight.box, face, described, who, briefly)
