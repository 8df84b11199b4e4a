"""Adding photos from the page: many at once by a form, or one a request by upload.js."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml.errors import BadPicture
from webapp.forms.ids import optional_id
from webapp.models import Gallery, Photo, User
from webapp.pages.visit import Visit
from webapp.sample import SAMPLE_NAME, sample_bytes
from webapp.selectors import galleries, grid
from webapp.services.photos import photo_upload

NO_MODEL = "Added, but no model is installed that could look at it: see Models."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. state: "new", "here" (the gallery has it), "trash" (it lies
    there) or "refused", and then `said` tells why and what to do."""

    name: str
    state: str
    said: str
    photo: Photo | None = None


@require_POST
@login_required
def add(request: Visit) -> HttpResponse:
    """Add the uploaded files to the gallery named by the form."""
    gallery = target(request)
    files = request.FILES.getlist("photo")
    outcomes = [added(gallery, request.user, file) for file in files]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"outcomes": [as_json(request, outcome) for outcome in outcomes]})
    for outcome in outcomes:
        messages.info(request, f"{outcome.name}: {outcome.said}")
    if not files:
        messages.info(request, "Choose a photo first.")
    new = [outcome.photo for outcome in outcomes if outcome.state == "new" and outcome.photo]
    return redirect("photo", new[0].pk) if len(new) == 1 else gallery_page(gallery)


@require_POST
@login_required
def sample(request: Visit) -> HttpResponse:
    """Add the sample photo and show it."""
    upload = UploadedFile(ContentFile(sample_bytes()), SAMPLE_NAME)
    outcome = added(target(request), request.user, upload)
    if outcome.photo is None or outcome.state == "trash":
        messages.info(request, outcome.said)
        return redirect("trash" if outcome.photo else "photos")
    return redirect("photo", outcome.photo.pk)


def target(request: Visit) -> Gallery:
    """The gallery to add to.

    Raises:
        Http404: it is not one the user may add to.
    """
    pk: UUID | None = optional_id(request.POST.get("gallery"))
    return get_object_or_404(galleries.editable_by(request.user), pk=pk)


def added(gallery: Gallery, user: User, file: UploadedFile) -> Outcome:
    """Add one file and say what became of it."""
    try:
        done = photo_upload(gallery=gallery, by=user, upload=file)
    except BadPicture as error:
        return Outcome(file.name or "", "refused", str(error))
    photo = done.photo
    if done.new:
        said = "Added; looking for faces." if done.job else NO_MODEL
        return Outcome(photo.name, "new", said, photo)
    if photo.trashed:
        return Outcome(photo.name, "trash", "This gallery has it already, in the trash.", photo)
    return Outcome(photo.name, "here", "This gallery has it already.", photo)


def as_json(request: Visit, outcome: Outcome) -> dict[str, str]:
    """The outcome for upload.js, with the photo's tile for the grid where it is new."""
    found = {"state": outcome.state, "said": outcome.said, "name": outcome.name}
    if outcome.photo is not None:
        found["url"] = reverse("photo", args=[outcome.photo.pk])
        found["id"] = str(outcome.photo.pk)
    if outcome.state == "new":
        rows = grid.some_of(request.user, [found["id"]])
        page = {"photos": rows, "may_edit": True}
        found["tile"] = render_to_string("photos/partials/tile_list.html", page, request)
    return found


def gallery_page(gallery: Gallery) -> HttpResponse:
    return redirect(f"{reverse('photos')}?gallery={gallery.pk}")
