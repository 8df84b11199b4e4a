"""Asking about photos: what may be asked of them, keeping what was answered, and deleting it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import transaction

from ml import registry
from ml.prompting.pipeline import KIND, AskOptions
from ml.prompting.touchy import touches
from ml.registry import Sensitive
from ml.types import Answer as Told
from ml.types import Question as Asked
from ml.types import Report
from webapp.jobs import options as values
from webapp.jobs.made import faces_of
from webapp.models import Answer, Gallery, Job, Photo, Question, User
from webapp.selectors.galleries import sensitive_kinds
from webapp.services.endpoints import host_of
from webapp.services.jobs import job_submit
from webapp.services.question_choice import endpoint_named


def questions_ask(*, gallery: Gallery, photos: Sequence[Photo], by: User, asked: AskOptions) -> Job:
    """Ask, of several photos by a job each; the answers are kept once it has run.

    Raises:
        ValidationError: it may not be asked here, or nothing installed answers.
    """
    return job_submit(
        kind=KIND, gallery=gallery, photos=photos, by=by, options=values.to_json(asked)
    )


def question_again(*, question: Question, by: User) -> Job:
    """Ask the same of the same again; what was answered before stays.

    Raises:
        ValidationError: it may no longer be asked.
    """
    photo = question.photo
    return job_submit(
        kind=KIND, gallery=photo.gallery, photos=[photo], by=by, options=question.options
    )


@transaction.atomic
def question_delete(*, question: Question) -> None:
    """Forget the question and its answers. A job that asked nothing else goes along: its options
    hold the question."""
    job = question.job
    question.delete()
    if job is not None and not Question.objects.filter(job=job).exists():
        parent = job.parent
        job.delete()
        if parent is not None and not parent.children.exists():
            parent.delete()


def questions_write(*, job: Job, photo: Photo, report: Report) -> None:
    """Keep what was answered; called in the transaction that closes the job. What was turned off
    meanwhile is not written down."""
    asked = values.parse(AskOptions, job.options)
    places = faces_of(photo, report)
    faces = [places.get(number) for number in range(len(report.faces))]
    on = sensitive_kinds(photo.gallery)
    rows: dict[Asked, Question] = {}
    for one in asked.asked():
        rows[one] = _question(job, photo, asked, one)
        rows[one].faces = [str(face) if face else None for face in faces]
    said = [(_meant(told, list(rows)), told) for told in report.answers]
    for one, told in said:
        if told.question.name and told.question.name != rows[one].prompt:
            rows[one].prompt, rows[one].version = told.question.name, told.question.version
    Question.objects.bulk_create(rows.values())
    Answer.objects.bulk_create(
        Answer(
            question=rows[one],
            face_id=None if told.face is None else faces[told.face],
            position=position,
            sensitive=" ".join(sorted(kinds_of(told))),
            told=told.to_json(),
        )
        for position, (one, told) in enumerate(said)
        if kinds_of(told) <= on
    )


def kinds_of(told: Told) -> set[Sensitive]:
    """What of people an answer tells, by its question or by what it rests on; one that was declined
    tells nothing."""
    if told.declined:
        return set()
    cards = {card.name: card for card in registry.cards()}
    read = {cards[one.model].sensitive for one in told.sources if one.model in cards}
    return {told.question.sensitive, *read, *touches(told.question.text)} - {Sensitive.NOT}


def _question(job: Job, photo: Photo, asked: AskOptions, one: Asked) -> Question:
    alone = (
        replace(asked, question="", questions=(one.name,))
        if one.name
        else replace(asked, questions=())
    )
    return Question(
        photo=photo,
        job=job,
        asked_by=job.submitted_by,
        text=one.text,
        prompt=one.name,
        version=one.version,
        engine=asked.engine,
        host=_host(asked),
        options=values.to_json(alone),
    )


def _host(asked: AskOptions) -> str:
    endpoint = endpoint_named(asked.endpoint) if asked.endpoint else None
    return host_of(endpoint) if endpoint else ""


def _meant(told: Told, asked: Sequence[Asked]) -> Asked:
    """Which of the questions is answered: the same, the one of its name, or the typed one, which an
    engine may have taken for one of the library."""
    return next(_candidates(told, asked))


def _candidates(told: Told, asked: Sequence[Asked]) -> Iterator[Asked]:
    name = told.question.name
    yield from (one for one in asked if one == told.question)
    yield from (one for one in asked if name and one.name == name)
    yield from (one for one in asked if not one.name)
    yield from asked
