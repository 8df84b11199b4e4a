"""What was asked for: waiting, running, failed and why, with cancel and retry."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from webapp.models import Job
from webapp.pages.files import made_files
from webapp.pages.going import back
from webapp.pages.visit import Visit
from webapp.selectors import artifacts, exports, locations, shares
from webapp.selectors import jobs as selectors
from webapp.services.jobs import job_cancel, job_retry

PAGE = 50
MOST = 500  # at once
STOP_POLLING = 286  # htmx's status for it
FILTERS = {
    "": ("All", tuple(Job.Status)),
    "open": ("In progress", Job.OPEN),
    "failed": ("Failed", (Job.Status.FAILED,)),
    "done": ("Done", (Job.Status.DONE, Job.Status.CANCELLED)),
}


@require_GET
@login_required
def jobs(request: Visit) -> HttpResponse:
    """Jobs, newest first; `show` filters, `page` turns the page."""
    show = request.GET.get("show", "")
    statuses = FILTERS.get(show, FILTERS[""])[1]
    rows = selectors.listed_for(request.user).filter(status__in=statuses)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    filters = [(key, title, key == show) for key, (title, _) in FILTERS.items()]
    busy = any(job.is_open for job in page)
    found = {"page": page, "filters": filters, "show": show, "busy": busy}
    found |= {
        "failed": selectors.failed_for(request.user).count(),
        "waiting": selectors.waiting_for(request.user).count(),
    }
    return render(request, "jobs/partials/list.html" if request.htmx else "jobs/list.html", found)


@require_POST
@login_required
def retry_failed(request: Visit) -> HttpResponse:
    """Queue what failed again."""
    rows = list(selectors.failed_for(request.user)[:MOST])
    for job in rows:
        job_retry(job=job, by=request.user)
    said = "1 job is" if len(rows) == 1 else f"{len(rows)} jobs are"
    messages.success(request, f"{said} tried again.")
    return redirect("jobs")


@require_POST
@login_required
def cancel_waiting(request: Visit) -> HttpResponse:
    """Cancel what waits; ask once before."""
    rows = list(selectors.waiting_for(request.user)[:MOST])
    if rows and not request.POST.get("sure"):
        return render(request, "jobs/sure.html", {"jobs": rows})
    for job in rows:
        job_cancel(job=job, by=request.user)
    said = "1 job was" if len(rows) == 1 else f"{len(rows)} jobs were"
    messages.success(request, f"{said} cancelled. Each can be tried again.")
    return redirect("jobs")


@require_GET
@login_required
def job(request: Visit, job_id: UUID) -> HttpResponse:
    """One job; htmx asks for its fragment each second until it is closed."""
    job = get_object_or_404(selectors.visible_to(request.user), pk=job_id)
    children = selectors.visible_to(request.user).filter(parent=job).prefetch_related("photos")
    found = {"job": job, "children": children, "may_edit": may_edit(request, job)}
    found["may_retry"] = selectors.retryable_by(request.user).filter(pk=job.pk).exists()
    found["files"] = made_files(artifacts.made_by(job), ())
    found["export"] = exports.of_job(request.user, job)
    found["share"] = shares.of_job(request.user, job)
    found["journey"] = locations.journeys(request.user).filter(job=job).first()
    if not request.htmx:
        return render(request, "jobs/show.html", found)
    status = 200 if job.is_open else STOP_POLLING
    return render(request, "jobs/partials/job.html", found, status=status)


@require_POST
@login_required
def cancel(request: Visit, job_id: UUID) -> HttpResponse:
    """Stop a job: at once while it waits, at its next step while it runs."""
    job = get_object_or_404(selectors.editable_by(request.user), pk=job_id)
    job_cancel(job=job, by=request.user)
    return back(request, reverse("job", args=[job_id]))


@require_POST
@login_required
def retry(request: Visit, job_id: UUID) -> HttpResponse:
    """Queue a failed or cancelled job again."""
    job = get_object_or_404(selectors.editable_by(request.user), pk=job_id)
    job_retry(job=job, by=request.user)
    return back(request, reverse("job", args=[job_id]))


def may_edit(request: Visit, job: Job) -> bool:
    """Whether the person may cancel and retry it."""
    return selectors.editable_by(request.user).filter(pk=job.pk).exists()
