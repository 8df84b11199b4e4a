"""Two faces side by side: what each model read of both."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from webapp.models import Face
from webapp.pages.showing import Card, Row, shown
from webapp.pages.visit import Visit
from webapp.selectors import faces as selectors
from webapp.selectors.results import results_of


@dataclass(frozen=True, slots=True)
class Pair:
    """What one model read of both; None where it read nothing of one."""

    title: str
    by: str
    left: Row | None
    right: Row | None


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A face with its photo's picture."""

    face: Face
    card: Card
    display: str


@require_GET
@login_required
def compare(request: Visit) -> HttpResponse:
    """The faces `a` and `b`, of one photo or of two."""
    left, right = (side(request, request.GET.get(name, "")) for name in ("a", "b"))
    page = {"sides": (left, right), "parts": parts(left.card, right.card)}
    return render(request, "faces/compare.html", page)


def side(request: Visit, face_id: str) -> Side:
    """The face, where the person may see it.

    Raises:
        Http404: they may not, or it is no id.
    """
    try:
        face = get_object_or_404(selectors.visible_to(request.user), pk=UUID(face_id))
    except ValueError:
        raise Http404 from None
    cards = shown(results_of(face.photo), provisional=False).cards
    card = next(card for card in cards if card.id == face.pk)
    return Side(face, card, reverse("photo-file", args=[face.photo_id, "display"]))


def parts(left: Card, right: Card) -> list[Part]:
    """By the sections of the cards, what either has."""
    found: dict[str, dict[str, list[Row | None]]] = {}
    for index, card in enumerate((left, right)):
        for section in card.sections:
            for row in section.rows:
                pair = found.setdefault(section.title, {}).setdefault(row.run.model, [None, None])
                pair[index] = row
    return [
        Part(title, tuple(_pair(*rows) for rows in by_model.values()))
        for title, by_model in found.items()
    ]


def _pair(left: Row | None, right: Row | None) -> Pair:
    row = left or right
    assert row is not None  # noqa: S101  one of them made the pair
    return Pair(row.title, row.run.title, left, right)
