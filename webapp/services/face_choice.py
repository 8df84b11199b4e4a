"""Faces and photos that a job's options name are where they should be, or the job is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ml import pipelines
from ml.contracts import EMBEDDING
from ml.generation.passport_pipeline import CHOOSE
from ml.generation.passport_pipeline import KIND as PASSPORT
from ml.pipelines import Whose
from ml.protection.drawn import boxes
from ml.registry import best
from ml.types import Box
from webapp.jobs import options as values
from webapp.models import Face, Gallery, Photo, User
from webapp.selectors import faces
from webapp.selectors import photos as photo_rows
from webapp.selectors.capabilities import policy_for
from webapp.selectors.face_hindrance import hindrance

OF_ONE = (
    "Faces are chosen of one photo: over several, say all faces, or all but people you point at."
)
DRAWN_ON_ONE = "Regions are drawn on one photo: choose one."
BEYOND = "A region lies beyond the photo."
PHOTO_NOT_HERE = "This photo is not in this gallery: choose another."
NOT_ON_PHOTO = "Some of these faces are not on this photo."
NOT_IN_GALLERY = "Some of these faces are not in this gallery."
NO_CONSENT = "In an organisation's gallery only people who agreed to it are told apart."
NO_RECOGNISER = (
    "Faces cannot be disguised here: no recogniser is installed, or this gallery measures nobody. "
    "Cover them instead."
)
NOT_DISGUISED = (
    "In an organisation's gallery only faces of people who agreed to it are changed so that "
    "recognisers do not match them, for that measures them. Choose theirs, or cover faces instead."
)


def faces_check(
    *, kind: str, options: Any, gallery: Gallery, photos: Sequence[Photo], by: User
) -> None:
    """Whether a face or photo that is not here is somewhere else nobody is told.

    Raises:
        ValidationError: a face is not on the photo, or not in the gallery; by field name.
    """
    for name in values.named(type(options), values.FACES):
        ids = set(getattr(options, name))
        if ids and len(photos) != 1:
            raise ValidationError({name: [OF_ONE]})
        if ids and faces.on(photos[0], ids).count() < len(ids):
            raise ValidationError({name: [NOT_ON_PHOTO]})
    if kind == PASSPORT:
        _passport_check(options.faces, photos)
    for name in values.named(type(options), values.REGIONS):
        _regions_check(name, boxes(getattr(options, name)), photos)
    for name in values.named(type(options), values.PHOTOS):
        ids = set(getattr(options, name))
        if photo_rows.editable_by(by).filter(gallery=gallery, pk__in=ids).count() < len(ids):
            raise ValidationError({name: [PHOTO_NOT_HERE]})
    for name in values.named(type(options), values.PEOPLE):
        ids = set(getattr(options, name))
        if faces.pointed_at(by, gallery, ids).count() < len(ids):
            raise ValidationError({name: [NOT_IN_GALLERY]})
        if faces.unasked(by, faces.pointed_at(by, gallery, ids)).exists():
            raise ValidationError({name: [NO_CONSENT]})
    if (whose := disguised_by(kind, options)) is not Whose.NOBODY:
        if best(EMBEDDING, policy_for(gallery)) is None:
            raise ValidationError({values.TOGETHER: [NO_RECOGNISER]})
        if not may_be_disguised(whose, options.faces, gallery, photos, by):
            raise ValidationError({"faces": [NOT_DISGUISED]})


def _passport_check(chosen: Collection[str], photos: Sequence[Photo]) -> None:
    """As far as what is stored tells: one face, large enough and seen from the front."""
    for photo in photos:
        there = list(faces.on(photo, chosen) if chosen else photo.faces.all())
        if len(there) > 1:
            raise ValidationError({"faces": [CHOOSE]})
        if there and (why := hindrance(there[0])):
            raise ValidationError({"faces": [why]})


def _regions_check(name: str, regions: Collection[Box], photos: Sequence[Photo]) -> None:
    if regions and len(photos) != 1:
        raise ValidationError({name: [DRAWN_ON_ONE]})
    if any(one.left >= photos[0].width or one.top >= photos[0].height for one in regions):
        raise ValidationError({name: [BEYOND]})


def disguised_by(kind: str, options: Any) -> Whose:
    """Whose faces a job of that kind with such options measures to change them."""
    work = {one.kind: one for one in pipelines.kinds()}.get(kind)
    return Whose.NOBODY if work is None else work.disguises(options)


def concerned(whose: Whose, chosen: Collection[str], photo: Photo) -> QuerySet[Face]:
    """The faces of the photo that are disguised, as far as they are known. chosen: see Whose."""
    named = faces.on(photo, chosen)
    if whose is Whose.OTHERS:
        return photo.faces.exclude(pk__in=named.values("pk"))
    return named if chosen else photo.faces.all()


def may_be_disguised(
    whose: Whose, chosen: Collection[str], gallery: Gallery, photos: Sequence[Photo], by: User
) -> bool:
    """Whether all whose faces are concerned agreed where that is asked for; who is on a photo that
    nobody has looked at yet is not known."""
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return True
    found = [concerned(whose, chosen, photo) for photo in photos]
    return all(one.exists() and not faces.unasked(by, one).exists() for one in found)
