"""The tab "Authentic": what speaks for and against a photo, and asking for it to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ml.asking import comparers
from ml.authenticity.pipeline import KIND
from webapp import serving
from webapp.models import Photo
from webapp.pages.engines import engine_choices
from webapp.pages.showing import Row, Shown, rows
from webapp.pages.visit import Visit
from webapp.selectors import evidence, people, photos
from webapp.selectors.evidence import Entry, Line
from webapp.services.evidence import FORMS, evidence_export
from webapp.services.jobs import job_submit

WIDE = 3.0  # the balance shows likelihood ratios of a thousand either way


@dataclass(frozen=True, slots=True)
class Balance:
    """A bar from the middle of a balance: x and width in powers of ten, right is for the claim.
    towards: "for", "against" or "neither way"."""

    x: float
    width: float
    towards: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the ledger as the page shows it. known: how good the signal is known to be, as a
    sentence, "" where nobody knows. layer: the number of the layer that shows it."""

    line: Line
    known: str
    balance: Balance | None
    layer: int | None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A question with its evidence. percent: see Entry.probability."""

    entry: Entry
    percent: int | None
    balance: Balance | None
    counted: tuple[ShownLine, ...]
    silent: tuple[ShownLine, ...]
    rows: tuple[Row, ...]


def tab(request: Visit, photo: Photo, shown: Shown) -> dict[str, Any]:
    """What the tab shows."""
    ledger = evidence.ledger_of(request.user, photo)
    layers = {layer.key: layer.number for layer in shown.layers}
    return {
        "ledger": ledger,
        "entries": [_shown(entry, layers) for entry in ledger.entries],
        "file_rows": rows(ledger.file),
        "who": people.protected_for(request.user).filter(gallery=photo.gallery),
        "comparers": [
            one
            for one in engine_choices(request.user, photo.gallery)
            if one.ready and one.name in comparers()
        ],
        "open_questions": evidence.questions_open(ledger) if ledger.looked else (),
    }


@require_POST
@login_required
def authenticate(request: Visit, photo_id: UUID) -> HttpResponse:
    """Look for signs that the photo was made or changed, and whom it shows."""
    photo = get_object_or_404(photos.editable_by(request.user), pk=photo_id)
    options = {name: request.POST.get(name, "").strip() for name in ("person", "taken", "engine")}
    try:
        job_submit(
            kind=KIND, gallery=photo.gallery, photos=[photo], by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('photo', args=[photo.pk])}?tab=authentic")


@require_GET
@login_required
def report(request: Visit, photo_id: UUID, form: str) -> HttpResponse:
    """The ledger as a file to be saved."""
    photo = get_object_or_404(photos.visible_to(request.user), pk=photo_id)
    if form not in FORMS:
        raise Http404
    made = evidence_export(photo=photo, by=request.user, form=form)
    return serving.attachment(made.content, made.media_type, made.name)


def _shown(entry: Entry, layers: dict[str, int]) -> ShownEntry:
    return ShownEntry(
        entry=entry,
        percent=None if entry.probability is None else round(100 * entry.probability),
        balance=_balance(entry.weight),
        counted=tuple(_line(line, layers) for line in entry.counted),
        silent=tuple(_line(line, layers) for line in entry.silent),
        rows=rows(entry.said),
    )


def _line(line: Line, layers: dict[str, int]) -> ShownLine:
    found = line.finding
    return ShownLine(
        line, _sentence(found.reliability), _balance(found.weight), layers.get(found.layer)
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _balance(weight: float | None) -> Balance | None:
    if weight is None:
        return None
    tens = max(-WIDE, min(WIDE, weight / log(10)))
    towards = "for" if tens > 0 else "against" if tens < 0 else "neither way"
    return Balance(min(tens, 0.0), abs(tens), towards)
