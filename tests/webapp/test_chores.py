"""Jobs of the database itself: the same row, lane and life as a pipeline's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django.fixtures import Settings
from redis import Redis

from ml.pipelines import Context
from ml.pool import Pool
from ml.weights import Weights
from tasks.jobs import work
from tests.webapp.rows import a_gallery, a_user
from webapp import chores
from webapp.chores import Chore
from webapp.jobs.store import DjangoJobStore
from webapp.models import Gallery, Job
from webapp.services.jobs import job_retry, job_submit

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class RenameOptions:
    """What the gallery is called afterwards."""

    name: str = "Renamed"


def rename(job_id: UUID, context: Context) -> None:
    """Commits its own result, as chores do."""
    job = Job.objects.get(pk=job_id)
    Gallery.objects.filter(pk=job.gallery_id).update(name=job.options["name"])


@pytest.fixture(autouse=True)
def renaming(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.SCRATCH_DIR = tmp_path
    monkeypatch.setattr(chores, "_chores", {})
    chores.register(Chore("rename", "Rename", RenameOptions, rename))


def test_a_chore_is_a_job_like_any_other(valkey: Redis, tmp_path: Path) -> None:
    anna = a_user()
    gallery = a_gallery(owner=anna)
    options = {"name": "Holidays"}
    job = job_submit(kind="rename", gallery=gallery, photos=[], by=anna, options=options)
    assert (job.status, job.lane) == (Job.Status.QUEUED, "cpu-later")
    work(DjangoJobStore(), job.pk, Pool(Weights(tmp_path)))
    job.refresh_from_db()
    gallery.refresh_from_db()
    assert (job.status, job.attempt, gallery.name) == (Job.Status.DONE, 1, "Holidays")


def test_what_administrators_alone_ask_for_nobody_else_retries() -> None:
    anna = a_user()
    chores.register(Chore("renew", "Renew", RenameOptions, rename, by_administrators=True))
    job = Job.objects.create(
        kind="renew", gallery=a_gallery(owner=anna), lane="cpu-later", status=Job.Status.FAILED
    )
    with pytest.raises(PermissionDenied):
        job_retry(job=job, by=anna)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED


def test_two_chores_cannot_be_of_one_kind() -> None:
    with pytest.raises(ValueError, match="rename"):
        chores.register(Chore("rename", "Rename", RenameOptions, rename))
