"""Which faces a user may see and name."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import Face, User
from webapp.selectors import photos


def visible_to(user: User | AnonymousUser) -> QuerySet[Face]:
    """The faces on the photos the user may see, photo by photo, newest first."""
    faces = Face.objects.filter(photo__in=photos.visible_to(user))
    related = faces.select_related("person", "photo__gallery")
    return related.order_by("-photo__created", "photo", "position")


def editable_by(user: User | AnonymousUser) -> QuerySet[Face]:
    """Those the user may name."""
    return visible_to(user).filter(photo__in=photos.editable_by(user))
