"""The photo grid and what can be done with many photos at once."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from webapp.forms.ids import optional_id
from webapp.pages.going import back
from webapp.pages.visit import Visit
from webapp.selectors import grid, installation
from webapp.services.photos import photo_restore, photo_trash
from webapp.templatetags.look import UNDO


@require_GET
@login_required
def photos(request: Visit) -> HttpResponse:
    """A page of a gallery's photos; htmx asks for the next page's tiles only."""
    if request.user.is_superuser and not installation.use():
        return redirect("start")
    gallery, after = (optional_id(request.GET.get(name)) for name in ("gallery", "after"))
    page = grid.page_of(request.user, gallery, after)
    part = "photos/partials/tiles.html" if request.htmx else "photos/grid.html"
    found = {"grid": page, "photos": page.photos, "pending": page.pending}
    return render(request, part, found | {"max_upload": settings.MAX_UPLOAD_BYTES})


@require_GET
@login_required
def work(request: Visit) -> HttpResponse:
    """How far the analyses of the named photos are: asked for each second while one is open."""
    rows = list(grid.some_of(request.user, request.GET.getlist("pending")))
    pending = [photo for photo in rows if grid.is_pending(photo)]
    return render(request, "photos/partials/work.html", {"changed": rows, "pending": pending})


@require_POST
@login_required
def trash(request: Visit) -> HttpResponse:
    """Put the named photos in the trash, and offer to undo it."""
    rows = grid.editable_some(request.user, request.POST.getlist("photo"))
    for photo in rows:
        photo_trash(photo=photo, by=request.user)
    if rows:
        ids = " ".join(str(photo.pk) for photo in rows)
        said = "1 photo is" if len(rows) == 1 else f"{len(rows)} photos are"
        messages.success(request, f"{said} in the trash.", extra_tags=f"{UNDO} {ids}")
    return back(request)


@require_POST
@login_required
def restore(request: Visit) -> HttpResponse:
    """Take the named photos out of the trash."""
    rows = grid.trashed_some(request.user, request.POST.getlist("photo"))
    for photo in rows:
        photo_restore(photo=photo, by=request.user)
    if rows:
        said = "1 photo is" if len(rows) == 1 else f"{len(rows)} photos are"
        messages.success(request, f"{said} back.")
    return back(request)
