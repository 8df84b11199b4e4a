"""Which questions a user may see, and their answers, but of sensitive kinds that are off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from ml import registry, types
from ml.prompting.touchy import touches
from webapp.models import Answer, Gallery, Job, Photo, Question, User
from webapp.selectors import photos
from webapp.selectors.galleries import sensitive_kinds

Someone = User | AnonymousUser
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Resting:
    """A reading that an answer rests on. model: its title. face: id of the face it was read of,
    None for the photo, or where it is no longer there."""

    model: str
    title: str
    name: str
    value: str
    face: UUID | None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. face: whom it is about, None for the photo. number: of the face, from 1, and its
    name, "" for nobody named."""

    told: types.Answer
    face: UUID | None
    number: int
    name: str
    sources: tuple[Resting, ...]


def visible_to(user: Someone) -> QuerySet[Question]:
    """The questions about photos the user may see, newest first."""
    rows = Question.objects.filter(photo__in=photos.visible_to(user))
    answers = Answer.objects.select_related("face__person")
    return rows.select_related("photo__gallery", "job", "asked_by").prefetch_related(
        Prefetch("answers", queryset=answers),
        "photo__faces",
        "photo__gallery__sensitive_choices",
    )


def editable_by(user: Someone) -> QuerySet[Question]:
    """Those the user may ask again, and delete."""
    return visible_to(user).filter(photo__in=photos.editable_by(user))


def of_photo(user: Someone, photo: Photo) -> list[Question]:
    """What was asked about the photo, newest first."""
    return list(visible_to(user).filter(photo=photo)[:MOST_SHOWN])


def of_jobs(user: Someone, job: Job) -> QuerySet[Question]:
    """What the job asked, or the jobs of which it is the parent; in the order of the photos."""
    asked = visible_to(user).filter(job=job) | visible_to(user).filter(job__parent=job)
    return asked.order_by("photo__created", "photo", "created", "id")


def answers_of(question: Question) -> list[Said]:
    """The answers that may be shown, in their order."""
    on = permitted(question.photo.gallery)
    titles = {card.name: card.title for card in registry.cards()}
    numbers = {face.pk: number for number, face in enumerate(question.photo.faces.all(), 1)}
    return [
        _said(row, question, titles, numbers)
        for row in question.answers.all()
        if set(row.sensitive.split()) <= on
    ]


def hidden(question: Question) -> bool:
    """Whether an answer may not be shown now, or was not kept, because it is sensitive."""
    on = permitted(question.photo.gallery)
    kept = {kind for row in question.answers.all() for kind in row.sensitive.split()}
    return not {*kept, *touches(question.text)} <= on


def permitted(gallery: Gallery) -> frozenset[str]:
    """The kinds of sensitive answers that are turned on."""
    return frozenset(kind.value for kind in sensitive_kinds(gallery))


def lines(questions: Iterable[Question]) -> Iterator[tuple[Question, Said | None]]:
    """A line an answer; one without, where nothing was answered."""
    for question in questions:
        found: Sequence[Said | None] = answers_of(question) or [None]
        yield from ((question, one) for one in found)


def _said(
    row: Answer, question: Question, titles: dict[str, str], numbers: dict[UUID, int]
) -> Said:
    told = types.Answer.from_json(row.told)
    face = row.face
    return Said(
        told=told,
        face=None if face is None else face.pk,
        number=0 if face is None else numbers.get(face.pk, 0),
        name=face.person.name if face is not None and face.person else "",
        sources=tuple(
            Resting(
                one.model, titles.get(one.model, one.model), one.name, one.value,
                _there(question, one.face, numbers),
            )
            for one in told.sources
        ),
    )  # fmt: skip


def _there(question: Question, number: int | None, numbers: dict[UUID, int]) -> UUID | None:
    """The face of that number in the report, where the photo still has it."""
    word = None if number is None or number >= len(question.faces) else question.faces[number]
    face = UUID(word) if word else None
    return face if face in numbers else None
