"""Learning a person from their photos, in steps that a killed worker's successor goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from uuid import UUID

from django.core.exceptions import ValidationError

from ml.errors import MLError, Refused
from ml.generation.learning import (
    KIND,
    NO_NETWORK,
    LearnOptions,
    Shot,
    checked,
    learn,
    lesson,
    wearer,
    wearers,
)
from ml.pipelines import Context
from ml.progress import Progress
from ml.registry import ModelCard
from webapp.chores import Chore, register
from webapp.files import local
from webapp.jobs.disguised import box_of
from webapp.jobs.folders import scratch
from webapp.jobs.options import parse
from webapp.jobs.plan import resolve
from webapp.models import Face, Job, Person
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.learning import learnable, learnt_by, refusal
from webapp.selectors.portrait_rules import adult_record
from webapp.services.learning import OTHERS, learn_check, learnt_keep, person_of, still_shown
from webapp.services.learnt_erasure import NOTES, notes_drop

LOOK_EVERY = 5.0  # seconds between two looks at whether it may still be learnt
LEFT = "Whoever asked for this may no longer do so."
READ = ("detection", "age")


def run(job_id: UUID, context: Context) -> None:
    """Learn the person and keep the file; called again after its worker was killed, or after it was
    stopped and asked for again, it goes on from its last note, as long as the photos are the same;
    what it has kept already stays.

    Raises:
        Refused: a rule forbids it by now.
        MLError: no back end could wear it, or the device has no room.
        Cancelled: somebody asked for that.
    """
    job = Job.objects.select_related("gallery", "submitted_by").get(pk=job_id)
    if learnt_by(job):
        notes_drop(str(job.pk))
        return
    options = parse(LearnOptions, job.options)
    try:
        _learn(job, options, context)
    except Refused:
        notes_drop(str(job.pk))
        raise


def _learn(job: Job, options: LearnOptions, context: Context) -> None:
    person, card = _person(job, options), wearer(policy_for_portraits(job.gallery))
    if card is None:
        raise MLError(NO_NETWORK)
    faces = learnable(person)
    permitted(person, faces, job)
    shots = _shots(faces, scratch(job) / str(job.attempt))
    if adult_record(person) is None:
        policy = policy_for_portraits(job.gallery)
        checked(shots, resolve(READ, policy).names, context)
    one = lesson(options, shots)
    folder = scratch(job) / f"{NOTES}{one.digest[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    watching = replace(context, progress=watched(person, faces, job, context.progress))
    file = learn(one, card, watching, folder)
    learnt_keep(job=job, person=person, faces=faces, options=options, card=card, file=file)
    notes_drop(str(job.pk))


def _person(job: Job, options: LearnOptions) -> Person:
    if job.submitted_by is None:
        raise MLError(LEFT)
    try:
        return person_of(options, job.gallery, job.submitted_by)
    except ValidationError as error:
        raise MLError(error.messages[0]) from None


def permitted(person: Person, faces: Sequence[Face], job: Job) -> None:
    """
    Raises:
        Refused: a rule forbids it by now, or a photo is no longer one of the person.
    """
    if forbidden := refusal(person, job.submitted_by, job):
        raise Refused(forbidden.sentence, forbidden.rule)
    if not still_shown(person, faces):
        raise Refused(OTHERS, "photos")


def watched(person: Person, faces: Sequence[Face], job: Job, progress: Progress) -> Progress:
    """Asks the rules again on the way: whoever takes their consent back is not learnt to the
    end."""
    asked = monotonic()

    def step(done: int, total: int, message: str = "") -> None:
        nonlocal asked
        progress(done, total, message)
        if monotonic() - asked >= LOOK_EVERY:
            permitted(person, faces, job)
            asked = monotonic()

    return step


def _shots(faces: Sequence[Face], folder: Path) -> list[Shot]:
    return [
        Shot(local(face.photo.original, folder / str(face.photo_id)), box_of(face))
        for face in faces
    ]


def _engine(options: LearnOptions) -> ModelCard | None:
    """They all have the same network."""
    return next(iter(wearers()), None)


register(Chore(KIND, "Learn a person", LearnOptions, run, check=learn_check, engine=_engine))
