"""A photo's faces as regions for other tools, and the people that other tools named on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ml import decode
from ml.errors import BadPicture
from ml.types import Box
from ml.xmp.frames import boxes, stored, stored_size
from ml.xmp.region import Regions
from ml.xmp.writing import packet_of
from webapp.files import local
from webapp.jobs.matching import matched
from webapp.models import Face, Job, Photo
from webapp.services.uploads import scratch_folder, upload_write

LEAST = 0.25  # overlap of a face as one program draws it, brow to chin, and another, with its hair


class Fit(StrEnum):
    """How a name of the file stands to the face it lies on."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"
    NO_FACE = "no-face"


@dataclass(frozen=True, slots=True)
class Named:
    """A person whom a file names. box: pixels of the upright photo. face: the one found there."""

    name: str
    box: Box
    face: Face | None

    @property
    def fit(self) -> Fit:
        if self.face is None:
            return Fit.NO_FACE
        if self.face.person is None:
            return Fit.NEW
        here = self.face.person.name.casefold()
        return Fit.SAME if here == self.name.casefold() else Fit.OTHER


def regions_xmp(photo: Photo) -> bytes:
    """The photo's faces and their names as an XMP file to lie beside the original.

    Raises:
        BadPicture: the original can no longer be read.
    """
    orientation, size = _tags(photo).orientation, (photo.width, photo.height)
    faces = photo.faces.select_related("person")
    items = (
        stored(_box(face), face.person.name if face.person else "", orientation, size)
        for face in faces
    )
    return packet_of(Regions(tuple(items), stored_size(size, orientation)))


def named_in(photo: Photo, sidecar: Path | None = None) -> list[Named]:
    """The people whom the original's metadata names, or a file beside it; by the faces' order,
    those without a face last.

    Raises:
        BadXMP: the file beside it cannot be read.
        BadPicture: the original can no longer be read.
    """
    tags = _tags(photo)
    regions = tags.regions if sidecar is None else decode.sidecar(sidecar, _limits())
    faces = list(photo.faces.select_related("person", "photo__gallery"))
    there = [_box(face) for face in faces]
    found = boxes(regions, tags.orientation, (photo.width, photo.height), there)
    pairs = matched(there, found, LEAST)
    named = [
        Named(item.name, box, faces[pairs[index]] if index in pairs else None)
        for index, (item, box) in enumerate(zip(regions.items, found, strict=True))
        if item.name
    ]
    return sorted(named, key=lambda one: one.face.position if one.face else len(faces))


def why_not_yet(photo: Photo) -> str:
    """Why names cannot be taken over now, in a sentence; "" when they can: only once faces were
    looked for is it known which face a name belongs to."""
    if photo.jobs.filter(status__in=Job.OPEN).exists():
        return "Names can be taken over once the photo's open job has ended."
    if not photo.runs.exists():
        return "Names can be taken over once this photo was looked at."
    return ""


def names_in_file(photo: Photo) -> list[str]:
    """The names alone; none of an original that can no longer be read."""
    try:
        return [one.name for one in _tags(photo).regions.items if one.name]
    except BadPicture:
        return []


def named_by(photo: Photo, upload: UploadedFile) -> list[Named]:
    """The same, of an uploaded file that lay beside the photo.

    Raises:
        BadXMP, BadPicture: as named_in(), or it is larger than an upload may be.
    """
    with scratch_folder() as scratch:
        path = scratch / "upload.xmp"
        upload_write(upload=upload, to=path)
        return named_in(photo, path)


def _tags(photo: Photo) -> decode.Tags:
    with scratch_folder() as scratch:
        return decode.tags(local(photo.original, scratch), _limits())


def _limits() -> decode.Limits:
    return decode.Limits(max_pixels=settings.MAX_PIXELS)


def _box(face: Face) -> Box:
    return Box(face.left, face.top, face.right, face.bottom)
