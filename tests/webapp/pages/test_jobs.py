"""The list of jobs and a job's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.webapp.rows import a_job
from webapp.models import Job, Photo


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def failed(photo: Photo) -> Job:
    job = a_job(photo)
    job.move(to=Job.Status.FAILED, since=(Job.Status.QUEUED,), error="The disk is full.")
    return job


def test_says_what_failed_and_why(alices: Client, failed: Job) -> None:
    page = text(alices.get("/jobs/?show=failed"))
    assert "The disk is full." in page
    assert "astronaut.jpg" in page
    assert "Try again" in text(alices.get(f"/jobs/{failed.pk}/"))


def test_filters(alices: Client, failed: Job) -> None:
    assert "Nothing is waiting or running" in text(alices.get("/jobs/?show=open"))
    assert "astronaut.jpg" in text(alices.get("/jobs/"))


def test_polls_only_while_something_is_open(alices: Client, photo: Photo) -> None:
    job = a_job(photo)
    assert "every 2s" in text(alices.get("/jobs/"))
    assert "every 1s" in text(alices.get(f"/jobs/{job.pk}/"))
    job.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
    assert "every 2s" not in text(alices.get("/jobs/"))
    stopped = alices.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert stopped.status_code == 286


def test_viewers_cannot_cancel(viewers: Client, photo: Photo) -> None:
    job = a_job(photo)
    assert "Cancel" not in text(viewers.get(f"/jobs/{job.pk}/"))
    assert viewers.post(f"/jobs/{job.pk}/cancel/").status_code == 404


def test_everything_that_failed_is_tried_again_at_once(alices: Client, failed: Job) -> None:
    assert "Try all failed again" in text(alices.get("/jobs/"))
    assert "1 job is tried again." in text(alices.post("/jobs/retry/", follow=True))
    failed.refresh_from_db()
    assert failed.status == Job.Status.QUEUED
    assert "Try all failed again" not in text(alices.get("/jobs/"))


def test_cancelling_all_that_waits_asks_once(alices: Client, photo: Photo) -> None:
    waits, runs, batch = a_job(photo), a_job(photo, status="running"), a_job(photo)
    Job.objects.filter(pk=batch.pk).update(status="running", lane="")
    child = a_job(photo, parent=batch)
    assert "Cancel 2 waiting jobs?" in text(alices.post("/jobs/cancel/"))
    assert Job.objects.filter(status="cancelled").count() == 0
    alices.post("/jobs/cancel/", {"sure": "1"})
    found = {job.pk: job.status for job in Job.objects.all()}
    assert [found[job.pk] for job in (waits, runs, child)] == ["cancelled", "running", "cancelled"]
    assert found[batch.pk] == "cancelled"
    assert "Cancel all waiting" not in text(alices.get("/jobs/"))


def test_nobody_cancels_or_retries_anothers(viewers: Client, failed: Job, photo: Photo) -> None:
    waits = a_job(photo)
    page = text(viewers.get("/jobs/"))
    assert "all failed" not in page
    assert "all waiting" not in page
    viewers.post("/jobs/retry/")
    viewers.post("/jobs/cancel/", {"sure": "1"})
    assert [Job.objects.get(pk=job.pk).status for job in (failed, waits)] == ["failed", "queued"]


def test_the_administrators_chores_are_no_members_to_retry(alices: Client, photo: Photo) -> None:
    a_job(photo, kind="model-fetch", status="failed")
    assert alices.post("/jobs/retry/").url == "/jobs/"
    assert Job.objects.get().status == "failed"


def test_says_how_long_a_job_took(alices: Client, photo: Photo) -> None:
    now = timezone.now()
    job = a_job(photo, status="done", started=now - timedelta(seconds=2.5), ended=now)
    assert "took 2.5 s" in text(alices.get("/jobs/"))
    assert "after 2.5 s" in text(alices.get(f"/jobs/{job.pk}/"))


def test_a_parent_shows_its_children(alices: Client, photo: Photo) -> None:
    parent = a_job(photo)
    child = a_job(photo)
    Job.objects.filter(pk=child.pk).update(parent=parent)
    assert f'href="/jobs/{child.pk}/"' in text(alices.get(f"/jobs/{parent.pk}/"))
