"""Every model of this installation: what it reads, whose it is, how far to trust it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from webapp.pages.visit import Visit
from webapp.selectors.models import relations, row, rows


@require_GET
@login_required
def models(request: Visit) -> HttpResponse:
    """All cards, by what they read."""
    found = {"rows": rows()}
    return render(request, "cards/list.html", found)


@require_GET
@login_required
def model(request: Visit, name: str) -> HttpResponse:
    """One model's page: all that its card says, and what it works with."""
    try:
        found = row(name)
    except LookupError:
        raise Http404 from None
    page = {"row": found, "card": found.card, "relations": relations(found.card)}
    return render(request, "cards/page.html", page)
