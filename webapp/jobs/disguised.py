"""Whose faces a job may measure and change so that recognisers do not match them."""

from __future__ import annotations

from django.db.models import QuerySet

from ml import pipelines
from ml.errors import MLError
from ml.pipelines import Whose
from ml.types import Box
from webapp.jobs import options as values
from webapp.models import Face, Gallery, Job, Photo
from webapp.services.face_choice import (
    NOT_DISGUISED,
    concerned,
    disguised_by,
    may_be_disguised,
)


def box_of(face: Face) -> Box:
    return Box(face.left, face.top, face.right, face.bottom)


def chosen(job: Job, photo: Photo, found: list[Face]) -> list[Face]:
    """The faces that somebody chose, or where they are disguised and none was chosen, all of
    people who agreed where that is asked for.

    Raises:
        MLError: as for agreed().
    """
    if _whose(job) is not Whose.CHOSEN:
        return found
    return list(agreed(job, photo) or found)


def agreed_to(job: Job) -> tuple[Box, ...] | None:
    """The faces that may be disguised, where that takes their people's consent; else None."""
    photo = job.photos.first()
    if photo is None or _whose(job) is Whose.NOBODY:
        return None
    faces = agreed(job, photo)
    return None if faces is None else tuple(map(box_of, faces))


def agreed(job: Job, photo: Photo) -> QuerySet[Face] | None:
    """The same as rows.

    Raises:
        MLError: whoever agreed has thought better of it since.
    """
    ids, user, whose = job.options.get("faces", ()), job.submitted_by, _whose(job)
    if user is None or job.gallery.purpose != Gallery.Purpose.ORGANISATION:
        return None
    if not may_be_disguised(whose, ids, job.gallery, [photo], user):
        raise MLError(NOT_DISGUISED)
    return concerned(whose, ids, photo)


def _whose(job: Job) -> Whose:
    return disguised_by(job.kind, values.parse(pipelines.get(job.kind).options, job.options))
