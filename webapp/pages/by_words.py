"""The section "By words" of the tab "Portraits": pictures that a trained model makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ml.generation.generate_asked import GenerateOptions, engines
from ml.generation.generate_files import KIND
from ml.generation.generate_offered import maker, recogniser_lacks
from webapp.forms.options import Choice, Field, answered, fields_of, values_of
from webapp.models import Photo, User
from webapp.pages.portraits import SLIDERS, Sitter, address, filled, sitters
from webapp.pages.visit import Visit
from webapp.selectors import models
from webapp.selectors import photos as photo_selectors
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.learning import any_learnt
from webapp.selectors.models import ModelRow
from webapp.selectors.portrait_rules import made_today
from webapp.selectors.portraits import asked_last
from webapp.services.jobs import job_submit

FACES_ALONE = "faces alone"


@dataclass(frozen=True, slots=True)
class BackEnd:
    """A maker of pictures. follows: what it goes by. size: of the download, in words; "" where this
    release pins no files of it. lacks: the recogniser it goes by and that is not here."""

    row: ModelRow
    follows: str
    size: str
    lacks: str
    ready: bool


@dataclass(frozen=True, slots=True)
class ByWords:
    """fields: by name, as they were filled in. sitters: who may be portrayed. worn: something was
    learnt of one of them."""

    fields: Mapping[str, Field]
    sitters: tuple[Sitter, ...]
    back_ends: tuple[BackEnd, ...]
    made_today: int
    a_day: int
    worn: bool

    @property
    def ready(self) -> bool:
        """Whether any back end can be asked."""
        return any(one.ready for one in self.back_ends)


def section(user: User, photo: Photo, ready: list[Sitter]) -> ByWords:
    """ready: who may be portrayed."""
    makers = back_ends(photo)
    worn = any_learnt(photo.gallery, (one.face for one in ready))
    last = asked_last(user, photo, KIND)
    fields = [filled(one, last) for one in form_fields(makers)]
    a_day = settings.PORTRAITS_A_DAY
    return ByWords(named(fields), tuple(ready), makers, made_today(user), a_day, worn)


def form_fields(makers: tuple[BackEnd, ...]) -> list[Field]:
    """All fields; of back ends those alone that can be asked."""
    there = tuple(
        Choice(one.row.card.name, f"{one.row.card.title}: follows {one.follows}")
        for one in makers
        if one.ready
    )
    return [
        replace(one, choices=there) if one.name == "engine" else one
        for one in fields_of(GenerateOptions)
    ]


def named(fields: list[Field]) -> dict[str, Field]:
    sliding = (*SLIDERS, "change")
    return {
        one.name: replace(one, kind="range")
        if one.name in sliding and one.kind == "number"
        else one
        for one in fields
    }


def back_ends(photo: Photo) -> tuple[BackEnd, ...]:
    """All there are, best first."""
    policy = policy_for_portraits(photo.gallery)
    found = []
    for name in engines():
        row, lacks = models.row(name), recogniser_lacks(name, policy.allows)
        size = row.download_words if row.download else ""
        follows = "words and faces" if maker(name).wordy else FACES_ALONE
        ready = policy.allows(row.card) and not lacks
        found.append(BackEnd(row, follows, size, lacks, ready))
    return tuple(found)


@require_POST
@login_required
def make(request: Visit, photo_id: UUID) -> HttpResponse:
    """Ask for pictures by words; where something forbids it, the form again as it was filled in."""
    photo = get_object_or_404(photo_selectors.editable_by(request.user), pk=photo_id)
    options = values_of(GenerateOptions, request.POST)
    try:
        job_submit(
            kind=KIND, gallery=photo.gallery, photos=[photo], by=request.user, options=options
        )
    except ValidationError as error:
        return refused(request, photo, error)
    return redirect(address(photo))


def refused(request: Visit, photo: Photo, error: ValidationError) -> HttpResponse:
    """A page that says what is wrong, with the form as it was filled in."""
    faults = {name: " ".join(said) for name, said in error.message_dict.items()}
    ready = [one for one in sitters(request.user, photo) if one.forbidden is None]
    whole = section(request.user, photo, ready)
    fields = answered(list(whole.fields.values()), request.POST, faults)
    page: dict[str, Any] = {
        "photo": photo,
        "by_words": replace(whole, fields={one.name: one for one in fields}),
        "picked": request.POST.get("faces", ""),
        "said": error.messages,
    }
    return render(request, "photo/by_words.html", page, status=422)
