"""The tab "Portraits": a face drawn again as wished, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml.errors import BadPicture
from ml.generation.animation_pipeline import AnimationOptions
from ml.generation.generate_files import KIND as GENERATE
from ml.generation.portraits_asked import PortraitsOptions
from ml.generation.portraits_pipeline import KIND, UNUSED
from ml.generation.sitting import OTHER_PHOTOS
from webapp.forms.ids import optional_id
from webapp.forms.options import Choice, Field, fields_of, values_of
from webapp.jobs.options import FACES, PHOTOS, SAME
from webapp.models import Face, Gallery, Photo, Portrait, User
from webapp.pages.tools import MOST_BESIDE, beside, faces_of, pictured
from webapp.pages.visit import Visit
from webapp.selectors import faces as face_selectors
from webapp.selectors import photos as photo_selectors
from webapp.selectors import portraits as selectors
from webapp.selectors.face_hindrance import hindrances, too_small
from webapp.selectors.portrait_recipes import recipes_of
from webapp.selectors.portrait_rules import Refusal, made_today, refusals
from webapp.services.animations import animation_submit
from webapp.services.jobs import job_submit
from webapp.services.portraits import face_claim, portrait_decide, portraits_more

SLIDERS = ("yaw", "pitch", "roll", "strength", "light_strength")
STATES = {"keep": Portrait.State.KEPT, "discard": Portrait.State.DISCARDED}
STATES |= {"undo": Portrait.State.NEW}
VARIED = (KIND, GENERATE)  # kinds of job that there can be more of
LOOKED_OVER = 4 * MOST_BESIDE  # other faces of a person, before hindered ones are left out
UNASKED = ("as it was", "as recorded", "as it comes")  # of an expression


@dataclass(frozen=True, slots=True)
class Sitter:
    """A face of the photo. forbidden: what hinders portraits of it, None for nothing. hindered: why
    it cannot be drawn again from its mesh, "" where nothing is known against it."""

    face: Face
    choice: Choice
    forbidden: Refusal | None
    hindered: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A portrait on a contact sheet. title: what it is, or what judges think of it. doubtful: they
    do not take it for the person. lines: what was asked for and found, in words. varied: there can
    be more like it."""

    portrait: Portrait
    title: str
    doubtful: bool
    lines: tuple[str, ...]
    varied: bool

    @property
    def by_model(self) -> bool:
        """Whether a trained model made it, of words."""
        return self.portrait.artifact.run.model == GENERATE

    @property
    def size(self) -> tuple[int, int]:
        """Pixels, across and down."""
        told = self.portrait.artifact.facts
        return int(told.get("width", told.get("side"))), int(told.get("height", told.get("side")))


def tab(request: Visit, photo: Photo) -> dict[str, Any]:
    """What the tab shows; `recipe` fills the form in."""
    user = request.user
    recipes = recipes_of(user, photo.gallery)
    wanted = optional_id(request.GET.get("recipe"))
    recipe = recipes.filter(pk=wanted).first() if wanted else None
    last = selectors.asked_last(user, photo)
    sheets, faces = selectors.sheets_of(user, photo), sitters(user, photo)
    agreed = [one for one in faces if one.forbidden is None]
    ready = [one for one in agreed if not one.hindered]
    return {
        "sitters": faces,
        "refused": [one for one in faces if one.forbidden is not None],
        "agreed": agreed,
        "hindered": [one for one in agreed if one.hindered],
        "ready": sorted(ready, key=lambda one: str(one.face.pk) not in last.get("faces", ())),
        "only_looks": photo.gallery.purpose == Gallery.Purpose.LOOK,
        "dated": photo.gallery.purpose == Gallery.Purpose.ORGANISATION,
        "animation": fields_of(AnimationOptions),
        "wishes": wishes(
            recipe.options if recipe else last,
            {PHOTOS: beside(user, [photo]), SAME: further(user, [one.face for one in ready])},
        ),
        "recipes": recipes,
        "recipe": recipe,
        "kept": cards(sheets.kept),
        "sheets": [(sheet.notes, cards(sheet.portraits)) for sheet in sheets.new],
        "discarded": cards(sheets.discarded),
        "made_today": made_today(user),
        "a_day": settings.PORTRAITS_A_DAY,
    }


def sitters(user: User, photo: Photo) -> list[Sitter]:
    """The photo's faces, and what hinders portraits of each."""
    choices = {choice.value: choice for choice in faces_of(user, [photo])[FACES]}
    faces = list(photo.faces.select_related("person__gallery"))
    forbidden = refusals(faces=faces, gallery=photo.gallery, by=user)
    hindered = hindrances(faces)
    return [
        Sitter(face, choices[str(face.pk)], why, hindered[face.pk])
        for face, why in zip(faces, forbidden, strict=True)
    ]


def further(user: User, sitting: Sequence[Face]) -> list[Choice]:
    """The faces of the same people on other photos that are not known to be too small, the newest
    first; whose, where they are of several."""
    rows = [row for face in sitting for row in _choosable(user, face)]
    many = len({row.person_id for row in rows}) > 1
    return [
        pictured(row, row.photo, f"{row.person.name}: {row.photo.name}" if many else row.photo.name)
        for row in {row.pk: row for row in rows}.values()
        if row.person is not None
    ]


def _choosable(user: User, face: Face) -> list[Face]:
    rows = face_selectors.beside(user, face)[:LOOKED_OVER]
    return [row for row in rows if not too_small(row)][:MOST_BESIDE]


def wishes(last: Mapping[str, Any], pictures: Mapping[str, Sequence[Choice]]) -> dict[str, Field]:
    """The form's fields by name, as they were filled in last. pictures: to choose from, by format
    (webapp.jobs.options)."""
    fields = (filled(field, last) for field in fields_of(PortraitsOptions, pictures))
    return {one.name: replace(one, kind="range") if one.name in SLIDERS else one for one in fields}


def filled(field: Field, last: Mapping[str, Any]) -> Field:
    said = last.get(field.name, field.value)
    picked = set(map(str, said)) if isinstance(said, list) else {str(said)}
    choices = tuple(replace(one, chosen=one.value in picked) for one in field.choices)
    return replace(field, value=str(said), choices=choices)


def cards(portraits: Sequence[Portrait]) -> list[Card]:
    return [card(one) for one in portraits]


def card(portrait: Portrait) -> Card:
    made, told = portrait.artifact, portrait.artifact.facts
    likeness = {"yes": "the same person", "no": "may be another person"}
    alike = str(told.get("same person"))
    nobody = told.get("face found") == "no"
    title = "no face was found on it" if nobody else likeness.get(alike, "likeness not measured")
    return Card(portrait, title, alike != "yes", tuple(lines(told)), made.run.model in VARIED)


def lines(told: dict[str, Any]) -> list[str]:
    """What was asked for and what judges found, side by side."""
    found = [
        f"{name} {round(told[f'{name} asked']):+d}° asked"
        + (f", {round(told[f'{name} found']):+d}° found" if f"{name} found" in told else "")
        for name in ("yaw", "pitch", "roll")
        if told.get(f"{name} asked")
    ]
    if words := told.get("prompt"):
        found.insert(0, f"by words: {shorten(str(words), 90, placeholder=' …')}")
    if UNUSED in told:
        which = "some further photos" if OTHER_PHOTOS in told else "further photos"
        found.append(f"{which} not used: other light or expression")
    if told["expression"] not in UNASKED:
        seen = told.get("expression found", "not measured")
        seen = seen if seen == "not measured" else f"seen: {seen}"
        found.append(f"{told['expression']} asked, {seen}")
    return found


@require_POST
@login_required
def make(request: Visit, photo_id: UUID) -> HttpResponse:
    """Ask for portraits of the chosen face."""
    photo = get_object_or_404(photo_selectors.editable_by(request.user), pk=photo_id)
    return submitted(request, photo, values_of(PortraitsOptions, request.POST))


@require_POST
@login_required
def animate(request: Visit, photo_id: UUID) -> HttpResponse:
    """Ask for the chosen face to be moved by a file of motion."""
    photo = get_object_or_404(photo_selectors.editable_by(request.user), pk=photo_id)
    options = values_of(AnimationOptions, request.POST)
    try:
        animation_submit(
            photo=photo, by=request.user, options=options, motion=request.FILES.get("motion")
        )
    except (ValidationError, BadPicture) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
    return redirect(address(photo))


def submitted(request: Visit, photo: Photo, options: dict[str, Any]) -> HttpResponse:
    try:
        job_submit(
            kind=KIND, gallery=photo.gallery, photos=[photo], by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(address(photo))


@require_POST
@login_required
def claim(request: Visit, face_id: UUID) -> HttpResponse:
    """ "This is me": name the face, and record one's own consent."""
    face = get_object_or_404(face_selectors.editable_by(request.user), pk=face_id)
    try:
        face_claim(face=face, name=request.user.username, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Written down: portraits of you may be made in this gallery.")
    return redirect(address(face.photo))


@require_POST
@login_required
def decide(request: Visit, portrait_id: UUID, verb: str) -> HttpResponse:
    """Keep it, discard it, or take that back."""
    portrait = portrait_for(request, portrait_id)
    if verb not in STATES:
        raise Http404
    portrait_decide(portrait=portrait, state=STATES[verb], by=request.user)
    if verb == "discard":
        messages.info(request, "Discarded: it is erased in a day. Until then it can be taken back.")
    return redirect(address(portrait.artifact.run.photo))


@require_POST
@login_required
def more(request: Visit, portrait_id: UUID) -> HttpResponse:
    """Variations around this one."""
    portrait = portrait_for(request, portrait_id)
    try:
        job = portraits_more(portrait=portrait, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if job.notes:
            messages.info(request, job.notes)
    return redirect(address(portrait.artifact.run.photo))


def portrait_for(request: Visit, portrait_id: UUID) -> Portrait:
    """The portrait, where the user may decide on it.

    Raises:
        Http404: they may not.
    """
    return get_object_or_404(selectors.editable_by(request.user), pk=portrait_id)


def address(photo: Photo) -> str:
    return f"{reverse('photo', args=[photo.pk])}?tab=portraits"
