"""Which recipes of portraits a user may use and change."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import Gallery, PortraitRecipe, User
from webapp.selectors import galleries

Someone = User | AnonymousUser


def visible_to(user: Someone) -> QuerySet[PortraitRecipe]:
    """Those of the galleries the user may see."""
    mine = PortraitRecipe.objects.filter(gallery__in=galleries.visible_to(user))
    return mine.select_related("gallery").order_by("name")


def recipes_of(user: User, gallery: Gallery) -> QuerySet[PortraitRecipe]:
    """Those of one gallery."""
    return visible_to(user).filter(gallery=gallery)


def editable_by(user: Someone) -> QuerySet[PortraitRecipe]:
    """Those the user may delete."""
    return visible_to(user).filter(gallery__in=galleries.editable_by(user))
