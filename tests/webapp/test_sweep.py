"""The reaper's rounds over the rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tests.webapp.rows import a_gallery, a_job, a_photo
from webapp.jobs.store import DjangoJobStore
from webapp.jobs.sweep import jobs_release, leases_end
from webapp.models import Job, Photo

pytestmark = pytest.mark.django_db
Status = Job.Status
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    settings.JOB_LEASE = timedelta(seconds=30)
    yield


@pytest.fixture
def photo() -> Photo:
    return a_photo(a_gallery())


def announced(waiting: dict[str, int]) -> list[UUID]:
    return [announcement.job for announcement in store.sweep(waiting)]


def ago(leases: float) -> dict[str, object]:
    return {"announced_at": timezone.now() - leases * settings.JOB_LEASE}


def lose_the_worker() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(status__in=(Status.RUNNING, Status.CANCELLING)).update(lease=past)


def test_a_lost_job_is_queued_and_announced_again(photo: Photo) -> None:
    job = a_job(photo)
    store.claim(job.pk)
    assert announced({"cpu-now": 9}) == []
    lose_the_worker()
    assert announced({"cpu-now": 9}) == [job.pk]
    job.refresh_from_db()
    assert (job.status, job.attempt) == (Status.QUEUED, 1)
    assert announced({"cpu-now": 9}) == []


def test_a_job_that_kills_three_workers_is_given_up(photo: Photo) -> None:
    job = a_job(photo)
    for _ in range(3):
        assert store.claim(job.pk) is not None
        lose_the_worker()
        store.sweep(None)
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert "died 3 times" in job.error
    assert store.claim(job.pk) is None


def test_a_cancelled_job_of_a_dead_worker_is_closed(photo: Photo) -> None:
    job = a_job(photo)
    store.claim(job.pk)
    job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
    lose_the_worker()
    store.sweep(None)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_what_never_reached_the_queue_is_announced(photo: Photo) -> None:
    job = a_job(photo, announced=0, announced_at=None)
    assert announced({"cpu-now": 99}) == [job.pk]


def test_nothing_is_announced_while_the_queue_is_down(photo: Photo) -> None:
    job = a_job(photo, announced=0, announced_at=None)
    assert store.sweep(None) == []
    assert announced({}) == [job.pk]


def test_waiting_jobs_are_left_alone(photo: Photo) -> None:
    for _ in range(3):
        a_job(photo, **ago(5))
    assert announced({"cpu-now": 3}) == []


def test_a_flushed_queue_is_filled_again(photo: Photo) -> None:
    jobs = [a_job(photo, **ago(1.1)) for _ in range(3)]
    assert announced({"cpu-now": 0}) == [job.pk for job in jobs]
    assert announced({"cpu-now": 0}) == []


def test_as_many_as_the_lane_lacks_the_oldest_first(photo: Photo) -> None:
    _, oldest, old = (a_job(photo, **ago(leases)) for leases in (2, 4, 3))
    assert announced({"cpu-now": 1}) == [oldest.pk, old.pk]
    assert announced({"cpu-now": 3}) == []


def test_another_lanes_messages_do_not_count(photo: Photo) -> None:
    job = a_job(photo, lane="cpu-later", **ago(2))
    assert announced({"cpu-now": 5}) == [job.pk]


def test_announcements_are_repeated_more_and_more_rarely(photo: Photo) -> None:
    job = a_job(photo, announced=3, **ago(3.9))
    assert announced({}) == []
    Job.objects.update(**ago(4.1))
    assert announced({}) == [job.pk]
    job.refresh_from_db()
    assert job.announced == 4


def test_a_quiet_round_writes_nothing(
    photo: Photo, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_job(photo)
    with django_assert_num_queries(4) as asked:
        store.sweep({"cpu-now": 1})
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_a_parent_is_closed_after_its_last_child(photo: Photo) -> None:
    parent = a_job(photo, lane="", status=Status.RUNNING, total=2)
    children = [a_job(photo, parent=parent) for _ in range(2)]
    Job.objects.filter(pk=children[0].pk).update(status=Status.DONE)
    store.sweep(None)
    parent.refresh_from_db()
    assert (parent.status, parent.done) == (Status.RUNNING, 1)
    Job.objects.filter(pk=children[1].pk).update(status=Status.FAILED)
    store.sweep(None)
    parent.refresh_from_db()
    assert (parent.status, parent.done, parent.error) == (Status.FAILED, 2, "1 of 2 failed.")


def test_old_trash_is_erased(photo: Photo) -> None:
    photo.trashed = timezone.now() - timedelta(days=31)
    photo.save()
    store.tidy()
    assert not Photo.objects.exists()


def test_stopping_on_purpose_costs_no_try(photo: Photo) -> None:
    job = a_job(photo)
    store.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(partial={"readings": []})
    jobs_release()
    job.refresh_from_db()
    assert job.partial is None
    assert (job.status, job.attempt, job.tries) == (Status.QUEUED, 1, 0)
    assert announced({"cpu-now": 9}) == [job.pk]


def test_a_start_does_not_wait_for_old_leases(photo: Photo) -> None:
    job = a_job(photo)
    store.claim(job.pk)
    assert announced({}) == []
    leases_end()
    assert announced({}) == [job.pk]


def test_what_a_killed_web_server_left_is_deleted(settings: Settings) -> None:
    settings.SCRATCH_DIR.mkdir()
    left = [settings.SCRATCH_DIR / name for name in ("old.upload", "young.upload")]
    for file in left:
        file.write_bytes(b"half a photo")
    folder = settings.SCRATCH_DIR / "folder"
    folder.mkdir()
    for path in (left[0], folder):
        os.utime(path, (0, 0))
    store.tidy()
    assert list(settings.SCRATCH_DIR.iterdir()) == [left[1]]
