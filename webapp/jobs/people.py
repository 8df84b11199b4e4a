"""Fills the fields of a pipeline's Inputs that are about people: whom faces show, where else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from ml import pipelines
from ml.contracts import KnownFace
from ml.errors import MLError, Refused
from ml.references import TrueFace
from webapp.jobs import options as values
from webapp.jobs.disguised import box_of
from webapp.jobs.folders import attempt_folder, original
from webapp.models import Face, Job, Photo, User
from webapp.selectors import faces as selectors
from webapp.selectors import protection
from webapp.selectors.faces import beside
from webapp.selectors.portrait_likeness import compared
from webapp.selectors.portrait_rules import face_of, stranger_among
from webapp.selectors.reports import taken_on
from webapp.services.face_choice import NO_CONSENT

OTHERS = 3  # photos more of a person, at most, that a disguise is made and tried against
LOOKED_OVER = 12  # of those, before strangers among them are left out
OTHER_GONE = "A further photo is no longer here, or no longer said to show them: choose again."
MOST = 8  # photos of a person who is to be told from others


def true_faces(job: Job) -> tuple[TrueFace, ...]:
    """The true faces of the person that the photo is said to show, but for any on the photo
    itself; () when nobody was named."""
    if not (word := job.options.get("person", "")):
        return ()
    person = protection.named(job.submitted_by, job.gallery, word) if job.submitted_by else None
    if person is None:
        raise MLError("The person whom the photo is said to show is no longer protected here.")
    faces = list(protection.enrolled(person, besides=job.photos.first()))
    if why := protection.too_few(len(faces)):
        raise MLError(why)
    # Some that come back from the trash may be too many: the first stay.
    return tuple(_true_face(face, attempt_folder(job)) for face in faces[: protection.MOST])


def _true_face(face: Face, folder: Path) -> TrueFace:
    path = original(face.photo, folder / str(face.photo_id))
    return TrueFace(path, box_of(face), face.photo.name, taken_on(face.photo))


def people(job: Job) -> tuple[tuple[TrueFace, ...], ...]:
    """Of each person that was pointed at, the face itself and others of the same name."""
    ids = set(job.options.get("people", ()))
    user = job.submitted_by
    found = [] if user is None else list(selectors.pointed_at(user, job.gallery, ids))
    if user is None or len(found) < len(ids):
        raise MLError("A face that was pointed at is no longer here: choose another.")
    _agreed(user, selectors.pointed_at(user, job.gallery, ids))
    photo, folder = job.photos.first(), attempt_folder(job)
    each = {one.person_id or one.pk: one for one in found}
    return tuple(tuple(_shown(user, one, photo, folder)) for one in each.values())


def _agreed(user: User, faces: QuerySet[Face]) -> None:
    """Who agreed when the job was asked for may have thought better of it.

    Raises:
        MLError: so it is.
    """
    if selectors.unasked(user, faces).exists():
        raise MLError(NO_CONSENT)


def _shown(user: User, face: Face, photo: Photo | None, folder: Path) -> Iterator[TrueFace]:
    """The face, and others of its name that are not on the photo."""
    others = selectors.of_the_same(user, face).exclude(pk=face.pk).exclude(photo=photo)
    for one in [face, *others[: MOST - 1]]:
        path = original(one.photo, folder / str(one.photo_id))
        yield TrueFace(path, box_of(one), one.photo.name)


def others(job: Job) -> tuple[KnownFace, ...]:
    """Other photos of whom the only chosen face shows, where it bears a name: those that were
    chosen, where the options let choose. What portrays them is given no face that is no more like
    them than a stranger's: whoever that is has not agreed.

    Raises:
        MLError: a chosen one is no longer there, or no longer said to show them.
        Refused: it is no more like them than a stranger's by now.
    """
    names = values.named(pipelines.get(job.kind).options, values.SAME)
    if names:
        return _picked(job, [word for name in names for word in job.options.get(name, ())])
    photo, user = job.photos.first(), job.submitted_by
    if photo is None or user is None:
        return ()
    ids = job.options.get("faces", ())
    chosen = list(selectors.on(photo, ids) if ids else photo.faces.all())
    if len(chosen) != 1:
        return ()
    more = selectors.of_the_same(user, chosen[0]).exclude(photo=photo).select_related("photo")
    rows = list(more.order_by("-photo__created")[:LOOKED_OVER])
    if pipelines.get(job.kind).portrays:
        told = compared(gallery=job.gallery, faces=rows)
        rows = [face for face in rows if not told[face.pk].stranger]
    return tuple(_known_face(job, face) for face in rows[:OTHERS])


def _picked(job: Job, ids: Sequence[str]) -> tuple[KnownFace, ...]:
    """In the order in which they were chosen."""
    face, wanted = face_of(job), list(dict.fromkeys(map(UUID, ids)))
    if not wanted or face is None or job.submitted_by is None:
        return ()
    rows = {one.pk: one for one in beside(job.submitted_by, face).filter(pk__in=wanted)}
    if len(rows) < len(wanted):
        raise MLError(OTHER_GONE)
    if forbidden := stranger_among(gallery=job.gallery, faces=list(rows.values())):
        raise Refused(forbidden.sentence, forbidden.rule)
    return tuple(_known_face(job, rows[pk]) for pk in wanted)


def target(job: Job) -> KnownFace | None:
    """The face of another that was pointed at."""
    ids, user = job.options.get("target", ()), job.submitted_by
    if not ids or user is None:
        return None
    pointed = selectors.pointed_at(user, job.gallery, ids)
    _agreed(user, pointed)
    found = pointed.first()
    if found is None:
        raise MLError("A face that was pointed at is no longer here: choose another.")
    return _known_face(job, found)


def _known_face(job: Job, face: Face) -> KnownFace:
    folder = attempt_folder(job) / str(face.photo_id)
    return KnownFace(original(face.photo, folder), box_of(face))
