"""Faces that a job's options name are where they should be, or the job is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from ml import pipelines
from ml.contracts import EMBEDDING
from webapp.jobs import options as values
from webapp.models import Gallery, Photo, User
from webapp.selectors import faces

OF_ONE = (
    "Faces are chosen of one photo: over several, say all faces, or all but people you point at."
)
NOT_ON_PHOTO = "Some of these faces are not on this photo."
NOT_IN_GALLERY = "Some of these faces are not in this gallery."
NO_CONSENT = "In an organisation's gallery only people who agreed to it are told apart."
NOT_DISGUISED = (
    "In an organisation's gallery only faces of people who agreed to it are changed so that "
    "recognisers do not match them, for that measures them. Choose theirs, or cover faces instead."
)


def faces_check(
    *, kind: str, options: Any, gallery: Gallery, photos: Sequence[Photo], by: User
) -> None:
    """Whether a face that is not here is somewhere else nobody is told.

    Raises:
        ValidationError: a face is not on the photo, or not in the gallery; by field name.
    """
    for name in values.named(type(options), values.FACES):
        ids = set(getattr(options, name))
        if ids and len(photos) != 1:
            raise ValidationError({name: [OF_ONE]})
        if ids and faces.on(photos[0], ids).count() < len(ids):
            raise ValidationError({name: [NOT_ON_PHOTO]})
    for name in values.named(type(options), values.PEOPLE):
        ids = set(getattr(options, name))
        if faces.pointed_at(by, gallery, ids).count() < len(ids):
            raise ValidationError({name: [NOT_IN_GALLERY]})
        if faces.unasked(by, faces.pointed_at(by, gallery, ids)).exists():
            raise ValidationError({name: [NO_CONSENT]})
    if disguises(kind) and not may_be_disguised(options.faces, gallery, photos, by):
        raise ValidationError({"faces": [NOT_DISGUISED]})


def disguises(kind: str) -> bool:
    """Whether jobs of that kind measure faces to change them."""
    work = {one.kind: one for one in pipelines.kinds()}.get(kind)
    return work is not None and work.protects and EMBEDDING in work.tasks


def may_be_disguised(
    chosen: Collection[str], gallery: Gallery, photos: Sequence[Photo], by: User
) -> bool:
    """Whether all whose faces are concerned, those chosen or all, agreed where that is asked for;
    who is on a photo that nobody has looked at yet is not known."""
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return True
    found = [faces.on(photo, chosen) if chosen else photo.faces.all() for photo in photos]
    return all(one.exists() and not faces.unasked(by, one).exists() for one in found)
