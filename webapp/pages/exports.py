"""Photos as a ZIP file: what to put in, the ZIPs one has, and fetching and deleting them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp import serving
from webapp.albums.options import ExportOptions
from webapp.albums.writing import bytes_needed
from webapp.forms.ids import optional_id
from webapp.forms.options import fields_of, values_of
from webapp.models import Gallery, Photo
from webapp.pages.visit import Visit
from webapp.selectors import exports as selectors
from webapp.selectors import galleries, grid
from webapp.services.exports import Withheld, export_ask, export_delete, export_fetch

SHOWN = 12  # thumbnails


@require_http_methods(["GET", "POST"])
@login_required
def save(request: Visit) -> HttpResponse:
    """What to put into a ZIP of the selected photos (posted) or of a whole gallery; nothing is
    changed by asking."""
    gallery, chosen = asked(request)
    rows = selectors.photos_for(request.user, gallery, [str(photo.pk) for photo in chosen])
    extent = selectors.extent_of(rows)
    found = {"gallery": gallery, "chosen": chosen, "count": extent.count, "shown": rows[:SHOWN]}
    found["fields"] = [field for field in fields_of(ExportOptions) if field.name != "photos"]
    found["size"] = bytes_needed(extent, ExportOptions())
    return render(request, "exports/save.html", found)


@require_http_methods(["GET", "POST"])
@login_required
def exports(request: Visit) -> HttpResponse:
    """The person's ZIPs; POST asks for another, and leads to its job."""
    if request.method == "GET":
        rows = selectors.visible_to(request.user)
        return render(request, "exports/list.html", {"exports": rows})
    gallery, chosen = asked(request)
    options = values_of(ExportOptions, request.POST)
    try:
        job = export_ask(gallery=gallery, photos=chosen, by=request.user, options=options)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('photos')}?gallery={gallery.pk}")
    return redirect("job", job.pk)


@require_GET
@login_required
def file(request: Visit, export_id: UUID) -> HttpResponseBase:
    """The ZIP, to be saved; where it may not be given out any more, why."""
    export = get_object_or_404(selectors.visible_to(request.user), pk=export_id)
    try:
        whole = serving.from_start(request, export)
        export_fetch(export=export, by=request.user, whole=whole)
        return serving.export_file(request, export)
    except Withheld as error:
        messages.error(request, str(error))
        return redirect("exports")


@require_POST
@login_required
def delete(request: Visit, export_id: UUID) -> HttpResponse:
    """Delete the ZIP at once."""
    export = get_object_or_404(selectors.visible_to(request.user), pk=export_id)
    export_delete(export=export, by=request.user)
    messages.success(request, "The ZIP is deleted. The photos are still here.")
    return redirect("exports")


def asked(request: Visit) -> tuple[Gallery, list[Photo]]:
    """The gallery, and those of its photos that were selected; none of them: all.

    Raises:
        Http404: neither is the person's.
    """
    rows = list(grid.some_of(request.user, request.POST.getlist("photo")))
    if rows:
        gallery = min((photo.gallery for photo in rows), key=lambda one: one.pk)
        return gallery, [photo for photo in rows if photo.gallery_id == gallery.pk]
    pk = optional_id(request.POST.get("gallery") or request.GET.get("gallery"))
    if pk is None or request.POST.getlist("photo"):
        raise Http404
    return get_object_or_404(galleries.visible_to(request.user), pk=pk), []
