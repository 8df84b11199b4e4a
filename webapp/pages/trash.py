"""The trash: what lies there, taking it back, and erasing it for good after one question."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from webapp.pages.visit import Visit
from webapp.selectors import grid, photos
from webapp.services.photos import trash_empty

PAGE = 60


@require_GET
@login_required
def trash(request: Visit) -> HttpResponse:
    """Trashed photos, the last one first."""
    rows = photos.in_trash(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "trash/list.html", {"page": page, "days": settings.TRASH_DAYS})


@require_POST
@login_required
def erase(request: Visit) -> HttpResponse:
    """Erase the named photos; ask once before."""
    rows = grid.trashed_some(request.user, request.POST.getlist("photo"))
    if rows and not request.POST.get("sure"):
        return render(request, "trash/sure.html", {"photos": rows})
    count = trash_empty(photos=rows, by=request.user)
    if count:
        messages.success(request, "Erased: nothing of it is left here.")
    return redirect("trash")
