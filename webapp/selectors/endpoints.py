"""Which services outside photos may be sent to."""

from __future__ import annotations

from django.db.models import QuerySet

from webapp.models import Endpoint


def enabled() -> QuerySet[Endpoint]:
    """Those that an administrator turned on."""
    return Endpoint.objects.filter(enabled=True)
