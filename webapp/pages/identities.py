"""People who do not exist: offered beside what is made of photos, and asked for there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml.generation.identities_asked import KIND, IdentitiesOptions
from ml.registry import ModelCard
from webapp.forms.ids import optional_id
from webapp.forms.options import Field, fields_of, values_of
from webapp.models import Gallery, User
from webapp.pages.visit import Visit
from webapp.selectors import galleries
from webapp.selectors import photos as photo_selectors
from webapp.selectors.identities import made_today, not_ready, ready
from webapp.services.jobs import job_submit


@dataclass(frozen=True, slots=True)
class Offer:
    """usual, rare: fields of the form. makers: that can be asked; lacking: that cannot, with what
    an administrator reads before adding them. used: pictures of today; a_day: how many there may
    be."""

    gallery: Gallery
    usual: list[Field]
    rare: list[Field]
    makers: list[ModelCard]
    lacking: list[ModelCard]
    used: int
    a_day: int


def offer_of(user: User, gallery: Gallery) -> Offer | None:
    """None in galleries that only look."""
    if gallery.purpose == Gallery.Purpose.LOOK:
        return None
    makers = ready(gallery)
    fields = [installed(field, makers) for field in fields_of(IdentitiesOptions)]
    return Offer(
        gallery,
        [field for field in fields if not field.rare],
        [field for field in fields if field.rare],
        makers,
        not_ready(gallery),
        made_today(user),
        settings.IDENTITY_PICTURES_A_DAY,
    )


def installed(field: Field, makers: list[ModelCard]) -> Field:
    """Of the makers only those that can be asked, by what people call them."""
    if field.name != "engine":
        return field
    titles = {card.name: card.title for card in makers}
    there = (one for one in field.choices if one.value in titles)
    return replace(field, choices=tuple(replace(one, title=titles[one.value]) for one in there))


@require_POST
@login_required
def make(request: Visit, gallery_id: UUID) -> HttpResponse:
    """Ask for a set; on to its job, or back to the photo that it was asked beside."""
    gallery = get_object_or_404(galleries.editable_by(request.user), pk=gallery_id)
    options = values_of(IdentitiesOptions, request.POST)
    try:
        job = job_submit(kind=KIND, gallery=gallery, photos=[], by=request.user, options=options)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(beside(request))
    return redirect("job", job.pk)


def beside(request: Visit) -> str:
    """The tab "Make" of the photo that the form names; without one the photos."""
    photo = optional_id(request.POST.get("photo"))
    there = photo_selectors.visible_to(request.user).filter(pk=photo) if photo else None
    if there is None or not there.exists():
        return reverse("photos")
    return f"{reverse('photo', args=[photo])}?tab=make"
