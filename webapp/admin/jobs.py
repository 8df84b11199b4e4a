"""Jobs of all users: where they stand, run again, cancel."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.safestring import SafeString

from webapp.admin import pictures
from webapp.admin.reading import ReadOnlyAdmin, administrator
from webapp.models import Job, Photo
from webapp.selectors.jobs import EXPORT
from webapp.services.jobs import job_cancel, job_retry


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "picture", "kind", "status", "error", "progress", "lane", "tries", "gallery",
        "submitted_by", "created",
    )  # fmt: skip
    list_display_links = ("kind",)
    list_filter = ("status", "kind", "lane", "created")
    list_select_related = ("gallery", "submitted_by")
    search_fields = ("id", "error", "gallery__name", "submitted_by__username")
    fields = (
        "kind", "status", "progress", "message", "error", "gallery", "submitted_by", "parent",
        "lane", "tries", "attempt", "lease", "announced", "announced_at", "options", "plan",
        "created", "started", "ended",
    )  # fmt: skip
    readonly_fields = ("progress",)
    actions = ("run_again", "cancel")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        first = Photo.objects.filter(jobs=OuterRef("pk")).order_by("created", "id")
        jobs = super().get_queryset(request).defer("partial")
        return jobs.annotate(
            first_photo=Subquery(first.values("pk")[:1]),
            first_name=Subquery(first.values("name")[:1]),
        )

    @admin.display(description="photo", empty_value="–")
    def picture(self, job: Job) -> SafeString | None:
        photo, name = job.first_photo, job.first_name  # type: ignore[attr-defined]
        return pictures.thumbnail(photo, name) if photo else None

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        return f"{job.done} of {job.total}" if job.total and job.is_open else ""

    @admin.action(description="Run again (failed and cancelled ones)")
    def run_again(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        closed = jobs.filter(status__in=(Job.Status.FAILED, Job.Status.CANCELLED))
        rows = list(closed.exclude(kind=EXPORT))  # only whoever asked for an album makes it again
        for job in rows:
            job_retry(job=job, by=administrator(request))
        messages.success(request, f"{_count(len(rows))} queued again.")

    @admin.action(description="Cancel (open ones)")
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        rows = list(jobs.filter(status__in=Job.OPEN))
        for job in rows:
            job_cancel(job=job, by=administrator(request))
        messages.success(request, f"{_count(len(rows))} stopped, or told to stop.")


def _count(number: int) -> str:
    return "1 job" if number == 1 else f"{number} jobs"
