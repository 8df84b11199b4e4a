"""What the photo page shows: cards of faces and layers, from stored or provisional results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ml.types import Report
from webapp.models import Job, Photo
from webapp.pages.drawing import Drawn, crop, drawn
from webapp.pages.wording import reading_words
from webapp.selectors.provisional import results_from
from webapp.selectors.results import Group, Results, ShownFace, ShownRun, results_of


@dataclass(frozen=True, slots=True)
class Value:
    """One reading in words. score: 0..1 or None. name: "" where its row's title says it."""

    name: str
    words: str
    score: float | None
    measured: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What one model read."""

    title: str
    values: tuple[Value, ...]
    limits: str


@dataclass(frozen=True, slots=True)
class Card:
    """A face as its card shows it. crop: an SVG viewBox over the display picture."""

    id: UUID
    number: int
    crop: str
    name: str
    score: float
    found: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is drawn and said about a photo. looked: some model looked at it, so that no card
    means no face. provisional: the job still runs."""

    cards: tuple[Card, ...]
    rows: tuple[Row, ...]
    layers: tuple[Drawn, ...]
    runs: tuple[ShownRun, ...]
    looked: bool
    provisional: bool


def shown_of(photo: Photo, job: Job | None) -> Shown:
    """The stored results; while none are stored, what the open job found so far."""
    results = results_of(photo)
    if results.runs or job is None or not job.is_open or not job.partial:
        return shown(results, provisional=False)
    return shown(results_from(photo, Report.from_json(job.partial)), provisional=True)


def shown(results: Results, *, provisional: bool) -> Shown:
    return Shown(
        cards=tuple(card(face) for face in results.faces),
        rows=rows(results.groups),
        layers=tuple(drawn(results.layers, results.faces)),
        runs=results.runs,
        looked=bool(results.runs),
        provisional=provisional,
    )


def card(face: ShownFace) -> Card:
    return Card(
        id=face.id,
        number=face.number,
        crop=crop(face.box),
        name=face.name,
        score=face.score,
        found=face.found,
        rows=rows(face.groups),
    )


def rows(groups: Iterable[Group]) -> tuple[Row, ...]:
    return tuple(
        Row(
            title=group.run.task_title,
            values=values(group),
            limits=group.run.known_limits,
        )
        for group in groups
    )


def values(group: Group) -> tuple[Value, ...]:
    """In the order read; the same reason for not measuring is given once."""
    titles = {group.run.task.lower(), group.run.task_title.lower()}
    found = [
        Value(
            name="" if reading.name.lower() in titles else reading.name.replace("-", " "),
            words=reading_words(reading),
            score=reading.score,
            measured=reading.value is not None,
        )
        for reading in group.readings
    ]
    reasons = {value.words for value in found if not value.measured}
    measured = tuple(value for value in found if value.measured)
    return measured + tuple(Value("", words, None, False) for words in sorted(reasons))
