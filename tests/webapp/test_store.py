"""The database as a JobStore: claims, fences, leases, and what a finished job leaves."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from ml import pipelines
from ml.pipelines import Pipeline, Subjects
from ml.types import Report
from tasks.store import Claim, StoreBusy
from tests.webapp.rows import (
    LEFT,
    a_gallery,
    a_job,
    a_photo,
    a_report,
    a_user,
    grown_old,
)
from webapp.jobs import answers
from webapp.jobs.sinks import MAKING, SINKS, Sink, of
from webapp.jobs.store import DjangoJobStore
from webapp.models import Face, Job, Photo, Run
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
Status = Job.Status
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def photo() -> Photo:
    return a_photo(a_gallery())


def claimed(job: Job) -> Claim:
    claim = store.claim(job.pk)
    assert claim is not None
    return claim


def test_a_claim_holds_what_the_worker_needs(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    assert (claim.job, claim.attempt, claim.kind) == (job.pk, 1, "analyse")
    assert claim.inputs.photo == Path(photo.original.path)
    assert claim.scratch.parent.name == str(job.pk)
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    assert job.lease is not None
    assert job.lease > timezone.now()


def test_a_job_is_claimed_once(photo: Photo) -> None:
    job = a_job(photo)
    claimed(job)
    assert store.claim(job.pk) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_the_job(photo: Photo) -> None:
    for _ in range(5):
        job, ready, claims = a_job(photo), Barrier(2), list[Claim | None]()

        def work(job: Job = job, ready: Barrier = ready, claims: list = claims) -> None:
            ready.wait()
            claims.append(store.claim(job.pk))
            connection.close()

        workers = [Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len([claim for claim in claims if claim]) == 1


def test_a_job_whose_photo_was_erased_fails_with_a_sentence(photo: Photo) -> None:
    job = a_job(photo)
    Path(photo.original.path).unlink()
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.error) == (Status.FAILED, "The photo is no longer here.")


def test_a_job_whose_model_was_removed_fails_with_a_sentence(photo: Photo) -> None:
    job = a_job(photo, "gone-model")
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert "gone-model" in job.error


def test_progress_is_written_and_extends_the_lease(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    Job.objects.update(lease=timezone.now())
    assert store.progress(claim, 2, 5, "Face mesh")
    job.refresh_from_db()
    assert (job.done, job.total, job.message) == (2, 5, "Face mesh")
    assert job.lease is not None
    assert job.lease > timezone.now()


def test_progress_says_stop_when_a_person_asked(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
    assert not store.progress(claim, 1, 2, "")
    assert store.beat(claim)
    assert store.cancelled(claim)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_an_earlier_attempt_can_no_longer_write(photo: Photo) -> None:
    job = a_job(photo)
    first = claimed(job)
    Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    store.sweep(None)
    second = claimed(job)
    assert not store.beat(first)
    assert not store.progress(first, 1, 2, "")
    assert not store.finish(first, a_report(LEFT))
    assert not store.fail(first, "No.", again=False)
    assert Run.objects.count() == 0
    assert store.finish(second, a_report(LEFT))
    assert not store.finish(second, a_report(LEFT))
    assert Run.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="locks the file of SQLite's database")
def test_a_locked_database_is_told_as_something_that_may_pass(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy) as told:
        store.finish(claim, a_report(LEFT))
    other.execute("ROLLBACK")
    assert not told.value.permanent
    assert store.finish(claim, a_report(LEFT))


def test_provisional_results_hold_no_embedding(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    store.partial(claim, a_report(LEFT))
    job.refresh_from_db()
    assert job.partial["faces"]
    assert job.partial["embeddings"] == []
    store.fail(claim, "No.", again=False)
    job.refresh_from_db()
    assert job.partial is None


def test_a_stateless_report_is_the_jobs_answer(settings: Settings) -> None:
    gallery = a_gallery()
    job = Job.objects.create(kind="report", gallery=gallery, lane="cpu-now")
    upload = settings.SCRATCH_DIR / str(job.pk) / "upload"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"jpg")
    claim = claimed(job)
    assert claim.inputs.photo == upload
    assert store.finish(claim, a_report(LEFT))
    job.refresh_from_db()
    assert Report.from_json(answers.opened(job)) == a_report(LEFT)
    assert (Run.objects.count(), Face.objects.count()) == (0, 0)
    Job.objects.update(created=timezone.now() - timedelta(minutes=11))
    grown_old(upload.parent, hours=1)
    store.tidy()
    assert not Job.objects.exists()
    assert not upload.exists()


def test_a_failure_that_may_pass_is_queued_again_later(photo: Photo) -> None:
    job = a_job(photo)
    for _ in range(2):
        assert store.fail(claimed(job), "The device is full.", again=True)
        job.refresh_from_db()
        assert (job.status, job.error) == (Status.QUEUED, "")
        assert "The device is full." in job.message
        assert store.sweep({}) == []  # not at once
    assert store.fail(claimed(job), "The device is full.", again=True)
    job.refresh_from_db()
    assert (job.status, job.error) == (Status.FAILED, "The device is full.")


def test_a_failing_job_that_was_cancelled_is_cancelled(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
    assert store.fail(claim, "No.", again=True)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


@dataclass(frozen=True)
class NoOptions:
    """Nothing to choose."""


@dataclass(frozen=True)
class Album:
    photos: tuple[Path, ...]


@pytest.fixture
def album(monkeypatch: pytest.MonkeyPatch) -> list[list[Photo]]:
    """A kind of job over many photos at once; the photos that its reports came with."""
    stored: list[list[Photo]] = []
    kind = Pipeline(
        "album", "Album", NoOptions, Album, lambda *_: Report((1, 1)), subjects=Subjects.MANY
    )
    monkeypatch.setitem(pipelines._pipelines, "album", kind)
    sink = Sink(lambda job, photos, report, files: stored.append(list(photos)))
    monkeypatch.setitem(SINKS, "album", sink)
    return stored


def test_a_job_may_be_about_many_photos(valkey: Redis, album: list[list[Photo]]) -> None:
    gallery = a_gallery()
    photos = [a_photo(gallery) for _ in range(3)]
    by = a_user()
    job = job_submit(kind="album", gallery=gallery, photos=photos[::-1], by=by, options={})
    assert (job.parent, job.children.count(), job.photos_in_order()) == (None, 0, photos)
    claim = claimed(job)
    assert claim.inputs.photos == tuple(Path(photo.original.path) for photo in photos)
    photos[1].delete()
    assert store.finish(claim, Report((1, 1)))
    assert album == [[photos[0], photos[2]]]
    job.refresh_from_db()
    assert job.status == Status.DONE


def test_a_job_about_photos_names_one(
    valkey: Redis, photo: Photo, album: list[list[Photo]]
) -> None:
    by = a_user()
    with pytest.raises(ValidationError, match="Name at least one photo"):
        job_submit(kind="album", gallery=photo.gallery, photos=[], by=by, options={})


@pytest.mark.parametrize("kind", [pipeline.kind for pipeline in pipelines.kinds()])
def test_every_kinds_report_goes_somewhere(kind: str) -> None:
    own = {
        "analyse",
        "animation",
        "ask",
        "authenticate",
        "find-mark",
        "generate",
        "journey",
        "locate",
    }
    own |= {"portraits", "report"}
    assert own == SINKS.keys()
    assert of(kind) is SINKS.get(kind, MAKING)
