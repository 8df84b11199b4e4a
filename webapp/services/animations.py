"""Asking for a portrait to be moved by a file of motion, which goes with the job."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from ml.generation.animation_pipeline import KIND, NO_MOTION
from webapp.models import Job, Photo, User
from webapp.services.jobs import job_submit
from webapp.services.uploads import scratch_folder, upload_write


def animation_submit(
    *, photo: Photo, by: User, options: dict[str, Any], motion: UploadedFile | None
) -> Job:
    """
    Raises:
        ValidationError: a rule forbids it, or there is no file.
        BadPicture: the file is too large.
    """
    if motion is None:
        raise ValidationError({"motion": [NO_MOTION]})
    with scratch_folder() as scratch:
        path = scratch / "motion.csv"
        upload_write(upload=motion, to=path)
        return job_submit(
            kind=KIND, gallery=photo.gallery, photos=[photo], by=by, options=options, file=path
        )
