"""Names that other tools gave: read from an XMP file, taken over, given back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml.errors import BadPicture, BadXMP
from webapp.models import Face, Photo, User
from webapp.pages.going import back
from webapp.pages.offering import Offered, chosen_of, given_of, offer, undo_of
from webapp.pages.photo import context
from webapp.pages.visit import Visit
from webapp.selectors import photos as selectors
from webapp.selectors.regions import named_by
from webapp.services.regions import names_take, names_untake
from webapp.templatetags.look import UNDO_NAMES


@require_POST
@login_required
def read(request: Visit, photo_id: UUID) -> HttpResponse:
    """Say whom an XMP file names, on the photo's details; nothing is changed by asking."""
    photo = get_object_or_404(selectors.editable_by(request.user), pk=photo_id)
    file = request.FILES.get("file")
    details = f"{reverse('photo', args=[photo.pk])}?tab=details"
    if file is None:
        messages.info(request, "Choose an XMP file first.")
        return redirect(details)
    try:
        found = offer(photo, "The XMP file", named_by(photo, file))
    except (BadXMP, BadPicture) as error:
        messages.error(request, str(error))
        return redirect(details)
    page = context(request, photo) | {"tab": "details", "offer": found}
    return render(request, "photo/page.html", page)


@require_POST
@login_required
def take(request: Visit, photo_id: UUID) -> HttpResponse:
    """Take the chosen names over, and offer to undo it."""
    photo = get_object_or_404(selectors.editable_by(request.user), pk=photo_id)
    signed, numbers = request.POST.get("offer", ""), request.POST.getlist("take")
    details = f"{reverse('photo', args=[photo.pk])}?tab=details"
    if not numbers:
        messages.info(request, "Choose a name first.")
        return redirect(details)
    try:
        faces = taken(photo, chosen_of(photo, signed, numbers), request.user)
    except BadSignature:
        raise BadRequest from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(details)
    tags = f"{UNDO_NAMES} {photo.pk} {undo_of(photo, faces)}"
    messages.success(request, f"{counted(len(faces))} taken over.", extra_tags=tags)
    return redirect("photo", photo.pk)


@require_POST
@login_required
def undo(request: Visit, photo_id: UUID) -> HttpResponse:
    """Take the names away again that were taken over; those that faces got since stay."""
    photo = get_object_or_404(selectors.editable_by(request.user), pk=photo_id)
    try:
        given = given_of(photo, request.POST.get("names", ""))
    except BadSignature:
        raise BadRequest from None
    faces = {str(face.pk): face for face in photo.faces.select_related("photo__gallery")}
    known = [(faces[face], name) for face, name in given if face in faces]
    count = names_untake(photo=photo, names=known, by=request.user)
    messages.success(request, f"{counted(count)} given back.")
    return back(request)


def taken(photo: Photo, chosen: Sequence[Offered], by: User) -> list[Face]:
    """The faces that got a name: those that had none, and new ones."""
    faces = {str(face.pk): face for face in photo.faces.select_related("photo__gallery")}
    known = [(faces[one.face], one.name) for one in chosen if one.face in faces]
    new = [(one.box, one.name) for one in chosen if not one.face]
    named, added = names_take(photo=photo, names=known, new=new, by=by)
    return named + added


def counted(names: int) -> str:
    return "1 name is" if names == 1 else f"{names} names are"
