"""Which made files a user may fetch."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import Artifact, User
from webapp.selectors import photos


def visible_to(user: User | AnonymousUser) -> QuerySet[Artifact]:
    """The files that models made of the photos the user may see."""
    return Artifact.objects.filter(run__photo__in=photos.visible_to(user))
