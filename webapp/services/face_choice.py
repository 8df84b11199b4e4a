"""Faces that a job's options name are where they should be, or the job is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from webapp.jobs import options as values
from webapp.models import Gallery, Photo, User
from webapp.selectors import faces

OF_ONE = (
    "Faces are chosen of one photo: over several, say all faces, or all but people you point at."
)
NOT_ON_PHOTO = "Some of these faces are not on this photo."
NOT_IN_GALLERY = "Some of these faces are not in this gallery."
NO_CONSENT = "In an organisation's gallery only people who agreed to it are told apart."


def faces_check(*, options: Any, gallery: Gallery, photos: Sequence[Photo], by: User) -> None:
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
        if faces.unasked(by, gallery, ids).exists():
            raise ValidationError({name: [NO_CONSENT]})
