"""Choosing the light or the dark look, kept in a cookie so that no page ever flashes."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_POST

from webapp.pages.context import THEMES
from webapp.pages.going import back


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the look for a year; "system" forgets it."""
    chosen = request.POST.get("theme", "")
    response = back(request)
    if chosen == "system":
        response.delete_cookie("theme")
    elif chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=timedelta(days=365), samesite="Lax")
    else:
        return HttpResponseBadRequest("There is a light and a dark look.")
    return response
