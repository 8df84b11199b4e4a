"""The tab "Place": where a photo was taken, by which clues, and what each of them is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ml.asking import comparers
from ml.geolocation.clues import Clue
from ml.geolocation.countries import name_of
from ml.geolocation.evidence import CLEAN_FILE, COVER_TEXT, CROP
from ml.geolocation.exposed import ANYWHERE
from ml.geolocation.ledger import Without
from ml.geolocation.pipeline import KIND
from ml.types import Box, MarkKind
from webapp.forms.locating import located_of
from webapp.jobs import options as values
from webapp.models import Location, Photo
from webapp.pages.drawing import Drawn, shape
from webapp.pages.engines import engine_choices
from webapp.pages.mapping import WorldMap, map_of
from webapp.pages.showing import Shown
from webapp.pages.visit import Visit
from webapp.selectors import locations, photos
from webapp.selectors.locations import Located
from webapp.selectors.results import ShownMark
from webapp.services.jobs import job_submit
from webapp.services.locations import clue_strike, location_forget

LAYER = "Clues to the place"
AROUND = 0.15  # of a clue's box, shown around it
POINTS = (("foot", "Foot"), ("top", "Top"), ("end", "End of the shadow"))
NAMED = 0.25  # a town less likely than that is no answer
PROTECTS = (COVER_TEXT, CLEAN_FILE, CROP)  # acts that the tab "Protect" offers


@dataclass(frozen=True, slots=True)
class ShownClue:
    """A clue as the page shows it. struck: it does not count. crop: the viewBox of where it is on
    the photo, "" for what is not in the pixels. act: whether the tab "Protect" takes it out."""

    clue: Clue
    struck: bool
    crop: str
    without: Without | None
    act: bool


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """The ledger as the page shows it. anywhere: nothing gives the place away. countries: by name,
    the likeliest first."""

    located: Located
    map: WorldMap
    counted: Sequence[ShownClue]
    silent: Sequence[ShownClue]
    anywhere: bool
    countries: Sequence[tuple[str, float]]

    @property
    def town(self) -> bool:
        """Whether a town may be named for an answer, and not only a country."""
        return self.located.answer.places[0].probability >= NAMED

    @property
    def changed(self) -> bool:
        return bool(self.located.struck)


def tab(request: Visit, photo: Photo, shown: Shown) -> dict[str, Any]:
    """What the tab shows."""
    found = locations.location_of(request.user, photo)
    choices = engine_choices(request.user, photo.gallery)
    form = {
        "shadow_points": POINTS,
        "seers": [one for one in choices if one.ready and one.name in comparers()],
    }
    if found is None:
        return {"place": None} | form
    return {"place": place_of(found), "shown": with_clues(shown, found)} | form


def place_of(found: Located) -> ShownPlace:
    clues = [_shown(clue, found) for clue in found.ledger.clues]
    return ShownPlace(
        located=found,
        map=map_of(found.answer),
        counted=[one for one in clues if one.clue.read],
        silent=[one for one in clues if not one.clue.read],
        anywhere=found.answer.regions[-1].km2 > ANYWHERE,
        countries=[(name_of(code), share) for code, share in found.answer.countries],
    )


def with_clues(shown: Shown, found: Located) -> Shown:
    """With a layer of where the clues are."""
    marks = [
        ShownMark(
            model=found.row.model, kind=MarkKind.BOX, raster="", face=None, label=clue.saw[:24],
            tone="warm" if clue.read and clue.name not in found.struck else "cool",
            paths=(((clue.box.left, clue.box.top), (clue.box.right, clue.box.bottom)),),
        )
        for clue in found.ledger.clues
        if clue.box is not None
    ]  # fmt: skip
    if not marks:
        return shown
    layer = Drawn(len(shown.layers), LAYER, True, tuple(map(shape, marks)))
    return replace(shown, layers=(*shown.layers, layer))


@require_POST
@login_required
def locate(request: Visit, photo_id: UUID) -> HttpResponse:
    """Look for clues to the place."""
    photo = get_object_or_404(photos.editable_by(request.user), pk=photo_id)
    try:
        options = values.to_json(located_of(request.POST))
        job_submit(
            kind=KIND, gallery=photo.gallery, photos=[photo], by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(of_photo(photo))


@require_GET
@login_required
def place(request: Visit, photo_id: UUID) -> HttpResponse:
    """The ledger with a large map, to be printed."""
    photo = get_object_or_404(photos.visible_to(request.user), pk=photo_id)
    found = locations.location_of(request.user, photo)
    if found is None:
        raise Http404
    page = {"place": place_of(found), "photo": photo, "display": shown_at(found.row)}
    page["may_edit"] = locations.editable_by(request.user).filter(photo=photo).exists()
    return render(request, "photo/place.html", page)


@require_POST
@login_required
def strike(request: Visit, photo_id: UUID) -> HttpResponse:
    """Let a clue not count, or count again; the ledger again for htmx."""
    row = mine(request, photo_id)
    struck = request.POST.get("struck") == "yes"
    try:
        found = clue_strike(location=row, clue=request.POST.get("clue", ""), struck=struck)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(of_photo(row.photo))
    if not request.htmx:
        return redirect(of_photo(row.photo))
    page = {
        "place": place_of(found),
        "photo": row.photo,
        "may_edit": True,
        "display": shown_at(row),
    }
    return render(request, "photo/partials/place.html", page)


@require_POST
@login_required
def forget(request: Visit, photo_id: UUID) -> HttpResponse:
    """Erase the ledger."""
    row = mine(request, photo_id)
    location_forget(location=row, by=request.user)
    messages.success(request, "What was found about the place is erased.")
    return redirect(of_photo(row.photo))


def mine(request: Visit, photo_id: UUID) -> Location:
    return get_object_or_404(locations.editable_by(request.user), photo=photo_id)


def of_photo(photo: Photo) -> str:
    return f"{reverse('photo', args=[photo.pk])}?tab=place"


def shown_at(row: Location) -> str:
    return reverse("photo-file", args=[row.photo_id, "display"])


def _shown(clue: Clue, found: Located) -> ShownClue:
    return ShownClue(
        clue=clue,
        struck=clue.name in found.struck,
        crop="" if clue.box is None else around(clue.box),
        without=found.without(clue.name),
        act=clue.removal in PROTECTS,
    )


def around(box: Box) -> str:
    """The viewBox that shows a clue with some room."""
    room = AROUND * max(box.width, box.height)
    left, top = box.left - room, box.top - room
    return f"{left:.1f} {top:.1f} {box.width + 2 * room:.1f} {box.height + 2 * room:.1f}"
