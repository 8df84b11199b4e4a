"""The page of models: licences and sizes before anything is downloaded, and what is installed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from webapp.admin.reading import administrator
from webapp.models import Job
from webapp.selectors import models
from webapp.selectors.models import ModelRow
from webapp.services.jobs import job_cancel
from webapp.services.models import (
    FileState,
    LicenceNotAccepted,
    model_accept,
    model_fetch_submit,
    models_remove,
    models_verify,
)


@require_GET
def models_page(request: HttpRequest) -> HttpResponse:
    rows = models.rows()
    missing = [row for row in rows if row.core and not row.installed]
    context = {
        **admin.site.each_context(request),
        **_fetches(request),
        "title": "Models and licences",
        "rows": rows,
        "missing_core": [row for row in missing if not models.lacks_npm(row.card)],
        "lacking_npm": [row for row in missing if models.lacks_npm(row.card)],
    }
    return render(request, "admin/models.html", context)


@require_GET
def fetches(request: HttpRequest) -> HttpResponse:
    """How far downloads are; asked each second while one is open, then the page loads afresh."""
    context = _fetches(request)
    response = render(request, "admin/partials/fetches.html", context)
    if not context["open"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def fetch(request: HttpRequest, name: str = "") -> HttpResponseRedirect:
    """Fetch one model, or the core when none is named."""
    names = [_row(name).card.name] if name else []
    try:
        job = model_fetch_submit(names=names, by=administrator(request))
    except LicenceNotAccepted as error:
        messages.error(request, str(error))
    else:
        if job.message:
            messages.warning(request, job.message)
    return redirect("admin:models")


@require_POST
def accept(request: HttpRequest, name: str) -> HttpResponseRedirect:
    row = _row(name)
    model_accept(name=name, by=administrator(request))
    messages.success(request, f"Accepted for {row.card.title}: {row.card.weights_licence}.")
    return redirect("admin:models")


@require_POST
def verify(request: HttpRequest, name: str) -> HttpResponseRedirect:
    title = _row(name).card.title
    bad = [v for v in models_verify(names=[name]) if v.state is not FileState.RIGHT]
    if bad:
        messages.error(request, f"{title}: a file is {bad[0].state}. Remove it and fetch it again.")
    else:
        messages.success(request, f"{title}: every file is as it should be.")
    return redirect("admin:models")


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponseRedirect:
    row = _row(name)
    sharing = models_remove(names=[name], by=administrator(request))
    if models.row(name).installed:
        messages.error(
            request,
            f"{row.card.title} cannot be removed alone: {', '.join(sharing)} read the same files. "
            "The command can: python manage.py models remove NAME NAME ...",
        )
        return redirect("admin:models")
    kept = (
        f"Files that {', '.join(sharing)} read too stay." if sharing else "It can be fetched again."
    )
    messages.success(request, f"{row.card.title} removed. {kept}")
    return redirect("admin:models")


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponseRedirect:
    job = get_object_or_404(models.fetches(request.user), pk=job_id)
    job_cancel(job=job, by=administrator(request))
    return redirect("admin:models")


def _fetches(request: HttpRequest) -> dict[str, Any]:
    """Open downloads, what they name, and the newest one when it failed."""
    jobs = list(models.fetches(request.user)[:10])
    failed = [job for job in jobs[:1] if job.status == Job.Status.FAILED]
    still_open = [job for job in jobs if job.is_open]
    fetching = {name for job in still_open for name in job.options["names"]}
    return {"open": still_open, "failed": failed, "fetching": fetching}


def _row(name: str) -> ModelRow:
    try:
        return models.row(name)
    except LookupError:
        raise Http404 from None
