"""The page of evaluations: what models were measured to do, and two results side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from webapp.selectors import evaluations
from webapp.selectors.evaluations import Kept


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    return _page(request, "evaluations", "Evaluations", rows=evaluations.kept())


@require_GET
def result(request: HttpRequest, name: str) -> HttpResponse:
    row = _named(name)
    title = f"{row.result.title}: {row.result.model} on {row.result.data}"
    return _page(request, "evaluation", title, row=row, one=row.result)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    one, other = (_named(request.GET.get(side, "")) for side in ("first", "second"))
    return _page(
        request,
        "evaluations_compared",
        "Two results side by side",
        rows=(one, other),
        lines=evaluations.side_by_side(one.result, other.result),
        warnings=evaluations.warnings(one.result, other.result),
    )


def _page(request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **more}
    return render(request, f"admin/{template}.html", context)


def _named(name: str) -> Kept:
    try:
        return evaluations.named(name)
    except LookupError:
        raise Http404 from None
