"""A request of somebody who signed in, as type checkers are to see it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from webapp.models import User


class Visit(HttpRequest):
    """user: login_required has let nobody else pass. htmx: true when a fragment is asked for."""

    user: User
    htmx: HtmxDetails
