"""Writes a changed photo as a file much like the one it was, under a name that tells nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.decoding.cleaning import WRITTEN, jpeg_like, webp_like
from ml.protection.metadata import FORMATS
from ml.types import Artifact

PHOTO = "photo"  # the kind of file: whoever saves it gets a name without date, person or number
Facts = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Like:
    """How a file was saved. format: JPEG, PNG or WEBP, what one like it is saved as. jpeg: its
    tables and sampling, as ml.decoding.besides tells them; None where it is no JPEG. lossless: a
    WebP that keeps each pixel."""

    format: str
    jpeg: Mapping[str, Any] | None = None
    lossless: bool = False


PNG = Like("PNG")


def like(path: Path, limits: decode.Limits = decode.DEFAULT) -> Like:
    """How the file was saved.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    with path.open("rb") as source:
        reply = decode.ask({"do": "besides"}, limits, [source.fileno()])
    return Like(WRITTEN.get(reply["format"], "JPEG"), reply["saved"], reply["lossless"])


def write(pixels: NDArray[np.uint8], how: Like, folder: Path) -> Path:
    """The pixels (H x W x 3, RGB) as folder/photo.EXT, without metadata. PNG keeps each of them,
    and so does a WebP where the old one did. A JPEG gets the old one's tables, sampling and grid:
    what was not changed is rounded to nearly the same again, not to the very same."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if how.jpeg is not None and how.jpeg["grey"]:
        image = image.convert("L")
    options = {
        "JPEG": jpeg_like(how.jpeg),
        "PNG": {"compress_level": 6},
        "WEBP": webp_like(how.lossless),
    }[how.format]
    path = folder / f"photo{FORMATS[how.format][1]}"
    image.save(path, how.format, **options)
    return path


def artifact(kind: str, path: Path, media_type: str, facts: Facts) -> Artifact:
    """A photo that a job of that kind wrote."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Artifact(kind, PHOTO, media_type, path, digest, path.stat().st_size, facts=dict(facts))
