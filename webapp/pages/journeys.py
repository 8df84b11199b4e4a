"""Albums whose photos place each other: a map and a list in the order of time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from webapp.pages.mapping import map_along
from webapp.pages.visit import Visit
from webapp.selectors import locations
from webapp.services.locations import journey_forget


@require_GET
@login_required
def journeys(request: Visit) -> HttpResponse:
    """All of them, newest first."""
    rows = locations.journeys(request.user)
    return render(request, "journeys/list.html", {"journeys": rows})


@require_GET
@login_required
def journey(request: Visit, journey_id: UUID) -> HttpResponse:
    """One, on a map."""
    row = get_object_or_404(locations.journeys(request.user), pk=journey_id)
    halts = locations.halts_of(request.user, row)
    stops = [
        (one.placed.latitude, one.placed.longitude, str(number), f"#stop-{number}")
        for number, one in enumerate(halts, start=1)
    ]
    page = {
        "journey": row,
        "halts": halts,
        "map": map_along(stops, [one.placed.region for one in halts]) if halts else None,
        "may_edit": locations.journeys_editable(request.user).filter(pk=row.pk).exists(),
    }
    return render(request, "journeys/show.html", page)


@require_POST
@login_required
def forget(request: Visit, journey_id: UUID) -> HttpResponse:
    """Erase it."""
    row = get_object_or_404(locations.journeys_editable(request.user), pk=journey_id)
    journey_forget(journey=row, by=request.user)
    messages.success(request, "The journey is erased; its photos keep their own ledgers.")
    return redirect(reverse("journeys"))
