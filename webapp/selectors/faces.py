"""Which faces a user may see and name."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery

from webapp.models import Face, Gallery, Photo, User
from webapp.selectors import people, photos

MOST_SHOWN = 40  # people to choose from, each by a face


def visible_to(user: User | AnonymousUser) -> QuerySet[Face]:
    """The faces on the photos the user may see, photo by photo, newest first."""
    faces = Face.objects.filter(photo__in=photos.visible_to(user))
    related = faces.select_related("person", "photo__gallery")
    return related.order_by("-photo__created", "photo", "position")


def editable_by(user: User | AnonymousUser) -> QuerySet[Face]:
    """Those the user may name."""
    return visible_to(user).filter(photo__in=photos.editable_by(user))


def on(photo: Photo, ids: Collection[str]) -> QuerySet[Face]:
    """Those of the faces that are on the photo."""
    return Face.objects.filter(photo=photo, pk__in=ids)


def pointed_at(user: User, gallery: Gallery, ids: Collection[str]) -> QuerySet[Face]:
    """Those of the faces that are on photos of the gallery which the user may see."""
    return visible_to(user).filter(photo__gallery=gallery, pk__in=ids)


def unasked(user: User, faces: QuerySet[Face]) -> QuerySet[Face]:
    """Those of the faces that are in an organisation's gallery and nobody's who is known to agree
    to being recognised; one without a name is nobody's."""
    inside = faces.filter(photo__gallery__purpose=Gallery.Purpose.ORGANISATION)
    return inside.exclude(person__in=people.protected_for(user))


def of_the_same(user: User, face: Face) -> QuerySet[Face]:
    """The face and those of the gallery that bear its name, newest photo first."""
    mine = visible_to(user).filter(photo__gallery=face.photo.gallery)
    return mine.filter(person=face.person) if face.person else mine.filter(pk=face.pk)


def beside(user: User, face: Face) -> QuerySet[Face]:
    """Those of the same name on other photos, newest photo first."""
    return (
        of_the_same(user, face).exclude(photo=face.photo).exclude(photo__sha256=face.photo.sha256)
    )


def digests_of(face: Face) -> set[str]:
    """SHA-256 of the gallery's photos with a face of that name."""
    there = Photo.objects.filter(gallery=face.photo.gallery_id, faces__person=face.person_id)
    return set(there.values_list("sha256", flat=True))


def one_of_each(user: User, gallery: Gallery) -> QuerySet[Face]:
    """The newest face of each named person of the gallery who may be recognised there, MOST_SHOWN
    at most, by name."""
    mine = visible_to(user).filter(photo__gallery=gallery)
    newest = mine.filter(person=OuterRef("pk")).order_by("-photo__created").values("pk")[:1]
    who = people.visible_to(user).filter(gallery=gallery).annotate(newest=Subquery(newest))
    found = mine.filter(pk__in=who.values("newest"))
    allowed = found.exclude(pk__in=unasked(user, found).values("pk"))
    return allowed.select_related("person", "photo").order_by("person__name")[:MOST_SHOWN]
