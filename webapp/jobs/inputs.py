"""Fills a pipeline's Inputs from a job's rows: each field by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from ml import pipelines, registry
from ml.contracts import Endpoint
from ml.errors import MLError
from ml.pipelines import Pipeline
from ml.registry import Sensitive
from ml.sequence import Rest
from ml.types import Box
from webapp.jobs import disguised, people, portrayed
from webapp.jobs import options as values
from webapp.jobs.disguised import box_of
from webapp.jobs.folders import GONE, UPLOAD, attempt_folder, original, scratch
from webapp.jobs.plan import Plan
from webapp.models import Job
from webapp.selectors import faces as selectors
from webapp.selectors import photos
from webapp.selectors.consents import unconsented
from webapp.selectors.galleries import sensitive_kinds
from webapp.selectors.locations import struck_for
from webapp.selectors.rests import AU_MODEL, rests_of
from webapp.selectors.trust import trusted
from webapp.services.endpoints import Permit, key_of
from webapp.services.question_choice import EXTERNAL, NOT_THERE, endpoint_named
from webapp.services.question_choice import NO_CONSENT as NO_CONSENT_OUTSIDE

CHOSEN_GONE = "The other photo that was chosen is no longer here: choose another."


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
        return original(photo, attempt_folder(job))
    path = scratch(job) / UPLOAD
    if not path.exists():
        raise MLError(GONE)
    return path


def _photos(job: Job) -> tuple[Path, ...]:
    """The originals of all its photos, in the order of Job.photos_in_order."""
    folder = attempt_folder(job)
    return tuple(original(photo, folder / str(photo.pk)) for photo in job.photos_in_order())


def _keys(job: Job) -> tuple[str, ...]:
    """The ids of all its photos, in the same order: one may be erased while the job runs."""
    return tuple(str(photo.pk) for photo in job.photos_in_order())


def _struck(job: Job) -> tuple[frozenset[str], ...]:
    """The clues to each photo's place that a person struck out, in the same order."""
    return tuple(map(struck_for, job.photos_in_order()))


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
    return tuple(original(one, attempt_folder(job) / str(one.pk)) for one in rows)


def _known_faces(job: Job) -> tuple[Box, ...]:
    """All faces of the photo, those too that only people saw."""
    photo = job.photos.first()
    return () if photo is None else tuple(map(box_of, photo.faces.all()))


def _name(job: Job) -> str:
    """What the photo's file was called."""
    photo = job.photos.first()
    return "" if photo is None else photo.name


def _trust(job: Job) -> tuple[Path, ...]:
    """Whose signatures count: the same for every job."""
    return trusted()


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
    "true_faces": people.true_faces,
    "trust": _trust,
    "faces": _faces,
    "others": people.others,
    "target": people.target,
    "chosen": _chosen,
    "known_faces": _known_faces,
    "agreed": disguised.agreed_to,
    "people": people.people,
    "name": _name,
    "allowed": _allowed,
    "endpoint": _endpoint,
    "adult": portrayed.adult,
    "rules": portrayed.rules,
    "learnt": portrayed.learnt,
    "motion": _motion,
}
