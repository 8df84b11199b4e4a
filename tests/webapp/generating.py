"""Jobs that make pictures by words with a tiny back end, as a worker does them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml.pool import Pool
from tasks.jobs import work
from tests.webapp.portraying import store
from webapp.models import Face, Job, Portrait, User
from webapp.services.jobs import job_submit

SMALL = {"prompt": "in a red coat", "side": 256, "steps": 2, "count": 2, "seed": 5}


def asked(face: Face, by: User, **options: Any) -> Job:
    photo, chosen = face.photo, SMALL | {"faces": [str(face.pk)]} | options
    return job_submit(kind="generate", gallery=photo.gallery, photos=[photo], by=by, options=chosen)


def worked(job: Job, pool: Pool) -> Job:
    """The job, as a worker left it."""
    work(store, job.pk, pool)
    job.refresh_from_db()
    return job


def made(face: Face, by: User, pool: Pool, **options: Any) -> list[Portrait]:
    job = worked(asked(face, by, **options), pool)
    assert job.status == Job.Status.DONE, job.error
    return list(Portrait.objects.filter(job=job).order_by("rank"))


def weights_of(pool: Pool) -> Path:
    return pool.weights.folder
