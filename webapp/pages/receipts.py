"""Receipts of made portraits: how each was made, of what, and by what consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from webapp.models import Portrait
from webapp.pages.portraits import card
from webapp.pages.visit import Visit
from webapp.selectors import portraits as selectors


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a receipt. lines: name, and what it says, a line each."""

    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@require_GET
@login_required
def receipt(request: Visit, portrait_id: UUID) -> HttpResponse:
    """How it was made, of what, and by what consent."""
    portrait = get_object_or_404(selectors.visible_to(request.user), pk=portrait_id)
    page = {"portrait": portrait, "card": card(portrait), "parts": parts(told(request, portrait))}
    return render(request, "made/receipt.html", page | {"photo": portrait.artifact.run.photo})


@require_GET
@login_required
def receipt_json(request: Visit, portrait_id: UUID) -> HttpResponse:
    """The same for programs."""
    portrait = get_object_or_404(selectors.visible_to(request.user), pk=portrait_id)
    return JsonResponse(told(request, portrait), json_dumps_params={"indent": 1})


def parts(receipt: Mapping[str, Any]) -> list[Part]:
    """The receipt's parts: first what stands by itself."""
    inner = {name: value for name, value in receipt.items() if isinstance(value, dict)}
    whole = {name: value for name, value in receipt.items() if name not in inner}
    named = {"the file": whole, **inner}
    return [
        Part(title, tuple((name, words(value)) for name, value in about.items()))
        for title, about in named.items()
    ]


def words(value: Any) -> tuple[str, ...]:
    """A line each of what it lists."""
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return tuple(str(value).split("; "))


def told(request: Visit, portrait: Portrait) -> dict[str, Any]:
    mine = selectors.editable_by(request.user).filter(pk=portrait.pk).exists()
    return selectors.receipt_of(portrait, editor=mine)
