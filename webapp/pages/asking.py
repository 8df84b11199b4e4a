"""Asking for photos to be looked at again: one, a selection, or what a gallery is behind with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from webapp.models import Gallery, Photo
from webapp.pages.going import back
from webapp.pages.visit import Visit
from webapp.selectors import galleries, grid, photos
from webapp.services.jobs import MOST_PHOTOS, job_submit


@require_POST
@login_required
def selection(request: Visit) -> HttpResponse:
    """Look again at the named photos; those that are being looked at are left in peace."""
    rows = grid.analysable_some(request.user, request.POST.getlist("photo"))
    asked = [
        photo
        for gallery, inside in groupby(rows, key=lambda photo: photo.gallery)
        for photo in submit(request, gallery, list(inside)[:MOST_PHOTOS])
    ]
    say(request, len(asked))
    return back(request)


@require_POST
@login_required
def gallery(request: Visit, gallery_id: UUID) -> HttpResponse:
    """Look again at what was looked at before a sensitive reading was turned on, so many at a
    time as a job takes; the jobs page shows how far it is."""
    gallery = get_object_or_404(galleries.editable_by(request.user), pk=gallery_id)
    behind = photos.behind(request.user, gallery)
    say(request, len(submit(request, gallery, list(behind[:MOST_PHOTOS]))))
    return redirect("jobs")


def submit(request: Visit, gallery: Gallery, rows: Sequence[Photo]) -> Sequence[Photo]:
    """Submit an analysis of the photos; those it will look at: none, and why, when nothing is
    installed that could run."""
    if not rows:
        return ()
    try:
        job_submit(kind="analyse", gallery=gallery, photos=rows, by=request.user, options={})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return ()
    return rows


def say(request: Visit, count: int) -> None:
    """How many photos are looked at again."""
    if count:
        said = "1 photo is" if count == 1 else f"{count} photos are"
        messages.success(request, f"{said} looked at again.")
