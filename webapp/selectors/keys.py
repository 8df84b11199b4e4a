"""A user's keys, and whose key a request carries."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import ApiKey, User


def visible_to(user: User | AnonymousUser) -> QuerySet[ApiKey]:
    """The user's own keys that still work, newest first."""
    if not user.is_authenticated:
        return ApiKey.objects.none()
    return ApiKey.objects.filter(user=user, revoked=None)
