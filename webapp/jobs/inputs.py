"""Fills a pipeline's Inputs from a job's rows: each field by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from ml import pipelines, registry
from ml.contracts import Endpoint, KnownFace
from ml.errors import MLError
from ml.pipelines import Pipeline
from ml.references import TrueFace
from ml.registry import Sensitive
from ml.sequence import Rest
from ml.types import Box
from webapp.files import local
from webapp.jobs import disguised, portrayed
from webapp.jobs import options as values
from webapp.jobs.disguised import box_of
from webapp.jobs.plan import Plan
from webapp.models import Face, Job, Photo, User
from webapp.selectors import faces as selectors
from webapp.selectors import photos, protection
from webapp.selectors.consents import unconsented
from webapp.selectors.galleries import sensitive_kinds
from webapp.selectors.locations import struck_for
from webapp.selectors.reports import taken_on
from webapp.selectors.rests import AU_MODEL, rests_of
from webapp.selectors.trust import trusted
from webapp.services.endpoints import Permit, key_of
from webapp.services.face_choice import (
    NO_CONSENT,
)
from webapp.services.question_choice import EXTERNAL, NOT_THERE, endpoint_named
from webapp.services.question_choice import NO_CONSENT as NO_CONSENT_OUTSIDE

UPLOAD = "upload"
GONE = "The photo is no longer here."
CHOSEN_GONE = "The other photo that was chosen is no longer here: choose another."
OTHERS = 3  # photos more of a person, at most, that a disguise is made and tried against
MOST = 8  # photos of a person who is to be told from others


def scratch(job: Job) -> Path:
    """The job's own folder; each attempt works in one inside it."""
    return Path(settings.SCRATCH_DIR) / str(job.pk)


def attempt_folder(job: Job) -> Path:
    """The folder of the attempt that is about to begin; its worker deletes it."""
    return scratch(job) / str(job.attempt + 1)


def inputs_of(job: Job, pipeline: Pipeline[Any, Any]) -> Any:
    """The pipeline's inputs for this job.

    Raises:
        MLError: something it needs is gone, with a sentence for the user.
    """
    return pipeline.inputs(
        **{field.name: FILL[field.name](job) for field in fields(pipeline.inputs)}
    )


def _photo(job: Job) -> Path:
    """The photo's original; for a job without a photo the file that came with it."""
    if photo := job.photos.first():
        return _original(photo, attempt_folder(job))
    path = scratch(job) / UPLOAD
    if not path.exists():
        raise MLError(GONE)
    return path


def _photos(job: Job) -> tuple[Path, ...]:
    """The originals of all its photos, in the order of Job.photos_in_order."""
    folder = attempt_folder(job)
    return tuple(_original(photo, folder / str(photo.pk)) for photo in job.photos_in_order())


def _keys(job: Job) -> tuple[str, ...]:
    """The ids of all its photos, in the same order: one may be erased while the job runs."""
    return tuple(str(photo.pk) for photo in job.photos_in_order())


def _struck(job: Job) -> tuple[frozenset[str], ...]:
    """The clues to each photo's place that a person struck out, in the same order."""
    return tuple(map(struck_for, job.photos_in_order()))


def _original(photo: Photo, folder: Path) -> Path:
    """The file as uploaded; folder: for a copy, where the storage has no paths."""
    try:
        return local(photo.original, folder)
    except FileNotFoundError:
        raise MLError(GONE) from None


def _models(job: Job) -> tuple[str, ...]:
    names = Plan.from_json(job.plan).names
    known = {card.name for card in registry.cards()}
    if gone := [name for name in names if name not in known]:
        raise MLError(f"No longer part of this installation: {', '.join(gone)}. Analyse again.")
    return names


def _rests(job: Job) -> tuple[Rest, ...]:
    """The resting faces of the named people in the photo, where enough photos show them so."""
    photo = job.photos.first()
    if photo is None or AU_MODEL not in Plan.from_json(job.plan).names:
        return ()
    return rests_of(photo)


def _true_faces(job: Job) -> tuple[TrueFace, ...]:
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
    path = _original(face.photo, folder / str(face.photo_id))
    return TrueFace(path, box_of(face), face.photo.name, taken_on(face.photo))


def _faces(job: Job) -> tuple[Box, ...]:
    """The chosen faces of the photo; () when none were chosen."""
    ids = set(job.options.get("faces", ()))
    photo = job.photos.first()
    found = [] if photo is None else list(selectors.on(photo, ids))
    if len(found) < len(ids):
        raise MLError("A chosen face is no longer on this photo: choose again.")
    rows = found if photo is None else disguised.chosen(job, photo, found)
    return tuple(map(box_of, rows))


def _chosen(job: Job) -> tuple[Path, ...]:
    """The originals of other photos that the options name, which are still to be seen."""
    names = values.named(pipelines.get(job.kind).options, values.PHOTOS)
    ids = [word for name in names for word in job.options.get(name, ())]
    user = job.submitted_by
    rows = [] if user is None else list(photos.editable_by(user).filter(pk__in=ids))
    if len(rows) < len(ids):
        raise MLError(CHOSEN_GONE)
    return tuple(_original(one, attempt_folder(job) / str(one.pk)) for one in rows)


def _known_faces(job: Job) -> tuple[Box, ...]:
    """All faces of the photo, those too that only people saw."""
    photo = job.photos.first()
    return () if photo is None else tuple(map(box_of, photo.faces.all()))


def _people(job: Job) -> tuple[tuple[TrueFace, ...], ...]:
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
        path = _original(one.photo, folder / str(one.photo_id))
        yield TrueFace(path, box_of(one), one.photo.name)


def _name(job: Job) -> str:
    """What the photo's file was called."""
    photo = job.photos.first()
    return "" if photo is None else photo.name


def _trust(job: Job) -> tuple[Path, ...]:
    """Whose signatures count: the same for every job."""
    return trusted()


def _others(job: Job) -> tuple[KnownFace, ...]:
    """Other photos of whom the only chosen face shows, where it bears a name."""
    photo, user = job.photos.first(), job.submitted_by
    if photo is None or user is None:
        return ()
    ids = job.options.get("faces", ())
    chosen = list(selectors.on(photo, ids) if ids else photo.faces.all())
    if len(chosen) != 1:
        return ()
    more = selectors.of_the_same(user, chosen[0]).exclude(photo=photo).select_related("photo")
    return tuple(_known_face(job, face) for face in more.order_by("-photo__created")[:OTHERS])


def _target(job: Job) -> KnownFace | None:
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
    return KnownFace(_original(face.photo, folder), box_of(face))


def _allowed(job: Job) -> tuple[Sensitive, ...]:
    """What sensitive is turned on in the gallery, now."""
    return tuple(sorted(sensitive_kinds(job.gallery)))


def _endpoint(job: Job) -> Endpoint | None:
    """The service outside that is asked, with its key; whoever agreed may have thought better of
    it since."""
    if not (word := job.options.get("endpoint", "")):
        return None
    row = endpoint_named(word)
    if row is None:
        raise MLError(NOT_THERE)
    if unconsented(job.gallery, job.photos.all(), EXTERNAL):
        raise MLError(NO_CONSENT_OUTSIDE)
    return Endpoint(
        url=row.url,
        model=row.model,
        key=key_of(row),
        private=row.private,
        sensitive=row.sensitive,
        seconds=row.seconds,
        permit=Permit(row.pk, job.pk),
    )


def _motion(job: Job) -> Path | None:
    """The file of motion that came with the job."""
    path = scratch(job) / UPLOAD
    return path if path.exists() else None


FILL: dict[str, Callable[[Job], Any]] = {
    "photo": _photo,
    "photos": _photos,
    "keys": _keys,
    "struck": _struck,
    "models": _models,
    "rests": _rests,
    "true_faces": _true_faces,
    "trust": _trust,
    "faces": _faces,
    "others": _others,
    "target": _target,
    "chosen": _chosen,
    "known_faces": _known_faces,
    "agreed": disguised.agreed_to,
    "people": _people,
    "name": _name,
    "allowed": _allowed,
    "endpoint": _endpoint,
    "adult": portrayed.adult,
    "motion": _motion,
}
