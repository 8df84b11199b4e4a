"""A photo's life, from the upload to its erasure, with a real worker's code and real models."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from ml.pool import Pool
from ml.weights import Weights
from tasks.jobs import work
from tests.webapp.rows import a_gallery, a_report, a_user
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Job, Person, Photo, Reading, Run, User
from webapp.selectors.audit import first_broken
from webapp.selectors.reports import report_of
from webapp.services.faces import face_name
from webapp.services.jobs import job_cancel, job_retry, job_submit
from webapp.services.photos import photo_add, photo_erase

pytestmark = pytest.mark.django_db(transaction=True)
Status = Job.Status
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def photo(anna: User, astronaut: Path) -> Photo:
    gallery = a_gallery(owner=anna)
    return photo_add(gallery=gallery, by=anna, name="astronaut.jpg", file=astronaut).photo


def submitted(photo: Photo, by: User) -> Job:
    return job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=by, options={})


def test_analysed_named_analysed_again_and_erased(
    photo: Photo, anna: User, weights_folder: Path, valkey: Redis
) -> None:
    models = Pool(Weights(weights_folder))
    work(store, submitted(photo, anna).pk, models)
    face = photo.faces.get()
    readings = Reading.objects.count()
    assert readings and Run.objects.count() == len(report_of(photo).runs)

    face_name(face=face, name="Ännchen", by=anna)
    face_name(face=face, name=" ÄNNCHEN", by=anna)
    work(store, submitted(photo, anna).pk, models)
    assert photo.faces.get().person == Person.objects.get(name="Ännchen")
    assert Reading.objects.count() == readings

    photo_erase(photo=photo, by=anna)
    for model in (Photo, Run, Job, Person, Reading):
        assert not model.objects.exists()
    assert AuditLine.objects.filter(verb="photo-erase").count() == 1
    assert first_broken() is None


def test_lost_cancelled_and_asked_for_again(photo: Photo, anna: User, valkey: Redis) -> None:
    job = submitted(photo, anna)
    lost = store.claim(job.pk)
    assert lost is not None and store.progress(lost, 1, 3, "Face mesh")
    store.partial(lost, a_report())
    Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert [told.job for told in store.sweep({})] == [job.pk]

    held = store.claim(job.pk)
    assert held is not None and held.attempt == 2
    assert not store.finish(lost, a_report())
    job_cancel(job=job, by=anna)
    assert not store.progress(held, 2, 3, "") and store.cancelled(held)
    job.refresh_from_db()
    assert (job.status, job.partial) == (Status.CANCELLED, None)
    assert job_retry(job=job, by=anna).status == Status.QUEUED
