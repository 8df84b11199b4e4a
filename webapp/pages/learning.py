"""On a person's page: having them learnt for made pictures, and erasing what was learnt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ml.generation.learning import KIND, LearnOptions
from webapp.forms.options import Field, fields_of, values_of
from webapp.models import Person, User
from webapp.pages.visit import Visit
from webapp.selectors import people as selectors
from webapp.selectors.learning import Standing, standing_of
from webapp.services.jobs import job_submit
from webapp.services.learning import learnt_erase

ASKED = ("steps", "anyway")


def shown(person: Person, by: User) -> dict[str, Any]:
    """What the person's page says of it; `anyway` is asked only where it takes hours."""
    standing = standing_of(person, by)
    return {"learning": standing, "learning_fields": asked(standing)}


def asked(standing: Standing) -> list[Field]:
    names = ASKED[:1] if standing.gpu else ASKED
    return [field for field in fields_of(LearnOptions) if field.name in names]


@require_POST
@login_required
def learn(request: Visit, person_id: UUID) -> HttpResponse:
    """Ask for it; on to the job, or back to the page with why not."""
    person = get_object_or_404(selectors.visible_to(request.user), pk=person_id)
    options = values_of(LearnOptions, request.POST) | {"person": str(person.pk)}
    try:
        job = job_submit(
            kind=KIND, gallery=person.gallery, photos=[], by=request.user, options=options
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("person", person.pk)
    return redirect("job", job.pk)


@require_POST
@login_required
def unlearn(request: Visit, person_id: UUID) -> HttpResponse:
    """Erase what was learnt."""
    person = get_object_or_404(selectors.visible_to(request.user), pk=person_id)
    learnt_erase(person=person, by=request.user)
    messages.success(request, f"What was learnt of {person.name} is erased.")
    return redirect("person", person.pk)
