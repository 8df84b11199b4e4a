"""Jobs: the truth about what was asked, is running and has ended."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery
from webapp.models.photo import Photo


class Job(models.Model):
    """
    QUEUED -> RUNNING -> DONE | FAILED
    QUEUED -> CANCELLED
    RUNNING -> CANCELLING -> CANCELLED | DONE
    RUNNING -> QUEUED (its worker died, or the failure may pass)
    FAILED | CANCELLED -> QUEUED (a person asked again)

    A parent of several jobs has no lane and no lease: it is RUNNING until its children are closed.
    """

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        CANCELLING = "cancelling"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    OPEN = (Status.QUEUED, Status.RUNNING, Status.CANCELLING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="jobs")
    photos = models.ManyToManyField(Photo, related_name="jobs", blank=True)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="jobs"
    )
    options = models.JSONField(default=dict, help_text="the pipeline's Options as JSON")
    plan = models.JSONField(default=dict, help_text="webapp.jobs.plan.Plan as JSON")
    lane = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED, db_index=True)
    attempt = models.PositiveIntegerField(default=0, help_text="the fence: it only ever grows")
    tries = models.PositiveIntegerField(default=0, help_text="attempts since a person asked")
    lease = models.DateTimeField(null=True, blank=True, help_text="the worker's, until")
    announced_at = models.DateTimeField(null=True, blank=True)
    announced = models.PositiveIntegerField(default=0, help_text="times")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=500, blank=True)
    notes = models.TextField(blank=True, default="", help_text="on what it made, a line each")
    partial = models.JSONField(null=True, blank=True, help_text="a provisional ml.types.Report")
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    started = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def photos_in_order(self) -> list[Photo]:
        """The photos it is about, in the one order that its inputs and its report have them in."""
        return list(self.photos.select_related("gallery").order_by("created", "pk"))

    def move(
        self,
        *,
        to: Status,
        since: tuple[Status, ...],
        fence: int | None = None,
        **fields: Any,
    ) -> bool:
        """Change the status in one UPDATE; False when another process was first, or when `fence`
        is given and the job has gone on to a later attempt."""
        rows = Job.objects.filter(pk=self.pk, status__in=since)
        if fence is not None:
            rows = rows.filter(attempt=fence)
        return rows.update(status=to, **fields) == 1
