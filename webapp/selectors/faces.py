"""Which faces a user may see and name."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import Face, Gallery, Photo, User
from webapp.selectors import people, photos


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


def unasked(user: User, gallery: Gallery, ids: Collection[str]) -> QuerySet[Face]:
    """Those of them in an organisation's gallery whose people are not known to agree."""
    found = pointed_at(user, gallery, ids)
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return found.none()
    return found.exclude(person__in=people.protected_for(user))


def of_the_same(user: User, face: Face) -> QuerySet[Face]:
    """The face and those of the gallery that bear its name, newest photo first."""
    mine = visible_to(user).filter(photo__gallery=face.photo.gallery)
    return mine.filter(person=face.person) if face.person else mine.filter(pk=face.pk)


def named_in(user: User, gallery: Gallery) -> QuerySet[Face]:
    """The faces with a name of the gallery, by name."""
    mine = visible_to(user).filter(photo__gallery=gallery).exclude(person=None)
    return mine.order_by("person__name", "person", "-photo__created")
