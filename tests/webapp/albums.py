"""An album asked for and packed as a worker does it, and what is in its ZIP."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from ml.pool import Pool
from ml.weights import Weights
from tasks.jobs import work
from webapp.jobs.store import DjangoJobStore
from webapp.models import Export, Gallery, Job, User


def an_order(gallery: Gallery, by: User, **options: Any) -> Job:
    """A queued job that packs the gallery; nobody is told."""
    return Job.objects.create(
        kind="export", gallery=gallery, submitted_by=by, lane="cpu-later", options=options
    )


def packed(job: Job) -> Job:
    """The job after a worker has had it."""
    work(DjangoJobStore(), job.pk, Pool(Weights(Path())))
    job.refresh_from_db()
    return job


def an_export(gallery: Gallery, by: User, **options: Any) -> Export:
    """A finished album of the gallery."""
    job = packed(an_order(gallery, by, **options))
    assert job.status == Job.Status.DONE, job.error
    return Export.objects.get(job=job)


def opened(export: Export) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every file of the ZIP by name, and its list, after each was held against the list."""
    content = export.file.read()
    assert (sha256(content).hexdigest(), len(content)) == (export.sha256, export.size)
    with export.file.open("rb") as file, ZipFile(file) as zipped:
        assert zipped.testzip() is None
        files = {name: zipped.read(name) for name in zipped.namelist()}
        assert len(files) == len(zipped.namelist())
    listing: dict[str, Any] = json.loads(files["album.json"])
    told = {one["name"]: one for photo in listing["photos"] for one in photo["files"]}
    told["album.csv"] = listing["table"]
    assert told.keys() == files.keys() - {"album.json"}
    for name, one in told.items():
        assert (sha256(files[name]).hexdigest(), len(files[name])) == (one["sha256"], one["size"])
    return files, listing
