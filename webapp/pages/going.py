"""Where a form's answer sends the person: back to where they were, never to another site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, otherwise: str = "photos") -> HttpResponseRedirect:
    """To the address the form names in `next`, where that is one of ours."""
    return redirect(next_of(request) or resolve_url(otherwise))


def next_of(request: HttpRequest) -> str:
    """The form's or the link's `next`; "" when it is missing or leads elsewhere."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else ""
