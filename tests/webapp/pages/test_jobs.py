"""The list of jobs and a job's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

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


def test_a_parent_shows_its_children(alices: Client, photo: Photo) -> None:
    parent = a_job(photo)
    child = a_job(photo)
    Job.objects.filter(pk=child.pk).update(parent=parent)
    assert f'href="/jobs/{child.pk}/"' in text(alices.get(f"/jobs/{parent.pk}/"))
