"""Answers about a picture that nobody keeps."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from ml import decode
from ml.errors import MLError
from ml.types import JSON
from tasks import lanes
from webapp.jobs import answers
from webapp.models import Gallery, Job, User
from webapp.selectors.jobs import REPORT, wait_for
from webapp.services.erasure import database_scrub
from webapp.services.jobs import job_submit


class Late(Exception):
    """Nobody took the picture up in time."""


def report_make(
    *,
    gallery: Gallery,
    by: User,
    file: Path,
    options: dict[str, Any],
    seconds: float,
    kind: str = REPORT,
) -> JSON:
    """Look at the picture as the gallery's purpose allows, and forget it: its report as JSON.

    Raises:
        BadPicture: the file is no picture we can show.
        MLError: it could not be read, with a sentence for the user.
        Late: no worker is there, or they are too busy.
        ValidationError: wrong options, or nothing installed and allowed to run.
    """
    job = job_submit(kind=kind, gallery=gallery, photos=[], by=by, options=options, file=file)
    try:
        if job.lane not in lanes.alive():
            raise Late
        closed = wait_for(job.pk, seconds)
        if closed.is_open:
            raise Late
        if closed.status != Job.Status.DONE:
            decode.renditions(file, file.parent, decode.Limits(max_pixels=settings.MAX_PIXELS))
            raise MLError(closed.error)
        return answers.opened(closed)
    finally:
        report_forget(job=job)


def report_forget(*, job: Job) -> None:
    """Delete the job and its files; a worker that still looks at them stops at its next step."""
    Job.objects.filter(pk=job.pk).delete()
    shutil.rmtree(settings.SCRATCH_DIR / str(job.pk), ignore_errors=True)
    database_scrub()
