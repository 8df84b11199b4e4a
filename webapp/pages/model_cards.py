"""Every model of this installation: what it reads, whose it is, how far to trust it."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from webapp.pages.panel import absent_capabilities
from webapp.selectors.models import rows


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    """All cards, by what they read."""
    tasks = [
        (task, list(group)) for task, group in groupby(rows(), key=lambda row: row.card.task.title)
    ]
    found = {"tasks": tasks, "absent": absent_capabilities()}
    return render(request, "cards/list.html", found)
