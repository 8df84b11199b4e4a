"""Where a job's files lie: its own folder, and copies of photos that have no path."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from ml.errors import MLError
from webapp.files import local
from webapp.models import Job, Photo

UPLOAD = "upload"  # the file that came with a job
GONE = "The photo is no longer here."


def scratch(job: Job) -> Path:
    """The job's own folder; each attempt works in one inside it."""
    return Path(settings.SCRATCH_DIR) / str(job.pk)


def attempt_folder(job: Job) -> Path:
    """The folder of the attempt that is about to begin; its worker deletes it."""
    return scratch(job) / str(job.attempt + 1)


def original(photo: Photo, folder: Path) -> Path:
    """The file as uploaded; folder: for a copy, where the storage has no paths."""
    try:
        return local(photo.original, folder)
    except FileNotFoundError:
        raise MLError(GONE) from None
