"""What a language model is shown of a photo: all of it, a face with what is around it, or all faces
with numbers; drawn anew from pixels, so that no metadata goes along."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from ml.contracts import View
from ml.draw import draw
from ml.types import Box, Mark, MarkKind, Picture

LARGEST, SMALLEST = 1024, 448  # pixels of the longer side; language models see no more
QUALITY = 88
BESIDE, ABOVE, BELOW = 1.5, 0.8, 3.0  # around a face, in its width and heights: hair and clothes


@dataclass(frozen=True, slots=True)
class Sight:
    """jpeg: without metadata. box: which part of the photo it shows, in the photo's pixels."""

    jpeg: bytes
    box: Box

    def place(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Where on the photo something is that was seen here; sides in 0..1 of this sight."""
        width, height = self.box.width, self.box.height
        return Box(
            self.box.left + left * width,
            self.box.top + top * height,
            self.box.left + right * width,
            self.box.top + bottom * height,
        )


def of_photo(picture: Picture) -> Sight:
    """All of it."""
    return _seen(picture, _whole(picture))


def of_face(view: View, face: int) -> Sight:
    """A face, hair and clothes. A box is drawn around it where another face is in sight, too."""
    box = view.faces[face].box
    width, height = view.picture.size
    part = Box(
        max(0, int(box.left - BESIDE * box.width)),
        max(0, int(box.top - ABOVE * box.height)),
        min(width, int(box.right + BESIDE * box.width) + 1),
        min(height, int(box.bottom + BELOW * box.height) + 1),
    )
    others = (other.box.centre for one, other in enumerate(view.faces) if one != face)
    crowded = any(
        part.left < x < part.right and part.top < y < part.bottom for x, y in others
    )  # fmt: skip
    return _seen(view.picture, part, [_mark(view, face, part, "")] if crowded else ())


def of_faces(view: View, faces: Sequence[int]) -> Sight:
    """The photo with a numbered box around each of the faces, numbers as on the page: from 1."""
    whole = _whole(view.picture)
    return _seen(view.picture, whole, [_mark(view, one, whole, str(one + 1)) for one in faces])


def _whole(picture: Picture) -> Box:
    return Box(0, 0, *picture.size)


def _mark(view: View, face: int, part: Box, label: str) -> Mark:
    box = view.faces[face].box
    corners = (
        (box.left - part.left, box.top - part.top),
        (box.right - part.left, box.bottom - part.top),
    )
    return Mark("", "Boxes", MarkKind.BOX, (corners,), face, label=label)


def _seen(picture: Picture, part: Box, marks: Sequence[Mark] = ()) -> Sight:
    left, top, right, bottom = (int(side) for side in part.to_json())
    image = Image.fromarray(picture.pixels[top:bottom, left:right])
    longest = max(image.size)
    scale = min(LARGEST / longest, max(1.0, SMALLEST / longest))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    buffer = io.BytesIO()
    draw(small, marks, scale).save(buffer, "JPEG", quality=QUALITY)
    return Sight(buffer.getvalue(), part)
