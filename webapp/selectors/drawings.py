"""A photo with its marks drawn in, as page, REST and albums give it out."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ml import decode
from ml.types import Report
from webapp.files import local
from webapp.models import Photo
from webapp.selectors.reports import report_of
from webapp.services.uploads import scratch_folder


def annotated(photo: Photo, layers: frozenset[str] | None) -> bytes:
    """JPEG bytes of the photo with the named layers drawn; None: those that are on.

    Raises:
        BadPicture: the original cannot be decoded any more.
    """
    with scratch_folder() as scratch:
        out = scratch / "annotated.jpg"
        annotated_write(photo, report_of(photo, layers), out, scratch, every=layers is not None)
        return out.read_bytes()


def annotated_write(
    photo: Photo, report: Report, out: Path, scratch: Path, *, every: bool = False
) -> None:
    """Write the photo with the report's marks drawn to `out`: those that are on, or every one.

    scratch: a folder for a copy of the original, where the storage has no paths.

    Raises:
        BadPicture: the original cannot be decoded any more.
        FileNotFoundError: it is gone.
    """
    marks = tuple(mark for mark in report.marks if every or mark.on)
    faces = () if every else report.faces  # those without a box would get one
    limits = decode.Limits(max_pixels=settings.MAX_PIXELS)
    decode.annotated(local(photo.original, scratch), marks, faces, out, limits)
