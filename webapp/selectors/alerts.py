"""Alerts about new photos that look like a protected person."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from webapp.models import Alert, User
from webapp.selectors import people, photos

Someone = User | AnonymousUser


def visible_to(user: Someone) -> QuerySet[Alert]:
    """About people the user may protect, on photos the user may see today, newest first; a photo
    of a gallery one has left, or in the trash, is not told of."""
    mine = Alert.objects.filter(
        person__in=people.protected_for(user).values("pk"),
        face__photo__in=photos.visible_to(user).values("pk"),
    )
    return mine.select_related("person__gallery", "face__photo__gallery")


def unseen_for(user: Someone) -> QuerySet[Alert]:
    """Those that nobody has dismissed; a face that was given the person's name since is no news."""
    return visible_to(user).filter(seen=None).exclude(face__person=F("person"))
