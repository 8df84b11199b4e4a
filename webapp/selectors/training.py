"""Faces of consenting people as a data set may hold them, with what was read of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from django.db.models import QuerySet

from ml.generation.training_set import Shown
from ml.types import Box
from webapp import sealing
from webapp.models import Consent, Face, Gallery, Photo, User
from webapp.selectors import faces
from webapp.selectors.reports import EXIF
from webapp.selectors.results import ShownFace, results_of

WRITTEN = ("270", "315", "37510", "40091", "40092", "40094", "40095")  # titles, words, notes


def consenting(user: User, gallery: Gallery) -> QuerySet[Face]:
    """The gallery's faces of people who agreed to new portraits of them, photo by photo; only
    those that the user may name."""
    given = Consent.objects.filter(Consent.in_force(), purpose=Consent.Purpose.GENERATION)
    mine = faces.editable_by(user).filter(photo__gallery=gallery, person__in=given.values("person"))
    return mine.exclude(photo__gallery__purpose=Gallery.Purpose.LOOK)


def shown_for(user: User, gallery: Gallery) -> Iterator[Shown]:
    """Each of these faces, with the readings that are stored and may be shown."""
    rows = list(consenting(user, gallery))
    people = {one.person_id: _alias(one) for one in rows}
    known: dict[Photo, Mapping[object, ShownFace]] = {}
    for row in rows:
        photo = row.photo
        if photo not in known:
            known = {photo: {one.id: one for one in results_of(photo).faces}}
        told = known[photo]
        yield Shown(
            key=str(photo.pk),
            person=people[row.person_id],
            size=(photo.width, photo.height),
            box=Box(row.left, row.top, row.right, row.bottom),
            others=tuple(one.box for one in told.values() if one.id != row.pk),
            values=_values(told[row.pk]),
            words=words_of(photo),
        )


def words_of(photo: Photo) -> str:
    """What the photo's file says in words: its name, title, keywords, notes."""
    exif = json.loads(sealing.unseal(photo.gallery, bytes(photo.sealed_exif), EXIF))
    inside = exif.get("34665")
    tags = exif | (inside if isinstance(inside, dict) else {})
    return " ".join([photo.name, *(str(tags[tag]) for tag in WRITTEN if tag in tags)])


def _values(face: ShownFace) -> dict[str, str | float]:
    readings = [reading for group in face.groups for reading in group.readings]
    return {one.name: one.value for one in readings if one.value is not None}


def _alias(face: Face) -> str:
    """The same for the same person, and nobody's name."""
    return f"person-{sha256(str(face.person_id).encode()).hexdigest()[:8]}"
