"""Alerts about new photos that look like a protected person: looked into, or dismissed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ml.authenticity import pipeline
from webapp.pages.people import ids
from webapp.pages.visit import Visit
from webapp.selectors import alerts, people, photos
from webapp.services.alerts import alerts_dismiss
from webapp.services.jobs import job_submit


@require_POST
@login_required
def dismiss(request: Visit, alert_id: UUID) -> HttpResponse:
    """The person knows of it."""
    alert = get_object_or_404(alerts.visible_to(request.user), pk=alert_id)
    alerts_dismiss(alerts=[alert])
    return redirect("person", alert.person_id)


@require_POST
@login_required
def dismiss_all(request: Visit, person_id: UUID) -> HttpResponse:
    """The person knows of those that their page showed; what came since, or did not fit, stays."""
    person = get_object_or_404(people.visible_to(request.user), pk=person_id)
    shown = ids(request.POST.getlist("alert"))
    alerts_dismiss(alerts=alerts.unseen_for(request.user).filter(person=person, pk__in=shown))
    return redirect("person", person.pk)


@require_POST
@login_required
def check(request: Visit, alert_id: UUID) -> HttpResponse:
    """Check whether the photo is genuine and shows the person; for photos of the gallery where
    the person's true photos are."""
    alert = get_object_or_404(alerts.visible_to(request.user), pk=alert_id)
    photo, person = alert.face.photo, alert.person
    if photo.gallery_id != person.gallery_id:
        raise Http404
    get_object_or_404(photos.editable_by(request.user), pk=photo.pk)
    options = {"person": str(person.pk)}
    kind = pipeline.KIND
    try:
        job_submit(
            kind=kind, gallery=photo.gallery, photos=[photo], by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("person", person.pk)
    alerts_dismiss(alerts=[alert])
    return redirect(f"{reverse('photo', args=[photo.pk])}?tab=authentic")
