"""What is known about a photo, arranged as page, REST and files show it, in six queries."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from ml import registry
from ml.registry import ModelCard
from ml.types import XY, Box, MarkKind
from webapp.models import Artifact, Face, Mark, Photo, Reading, Run
from webapp.selectors.galleries import sensitive_kinds

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A model that looked. registered: whether its card is still registered; results outlive it.

    task_title, title: what people read; the stored names when the card is gone.
    """

    pk: int
    model: str
    title: str
    task: str
    task_title: str
    registered: bool
    sensitive: str
    known_limits: str
    digest: str
    recipe: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ShownReading:
    """value: None when it was not measured; `note` says why. score: 0..1."""

    model: str
    name: str
    value: float | str | None
    score: float | None
    unit: str
    interval: tuple[float, float] | None
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one model read of one face, or of the photo."""

    run: ShownRun
    readings: tuple[ShownReading, ...]


@dataclass(frozen=True, slots=True)
class ShownFace:
    """number: from 1. name: the person's, "" for nobody named. found: False when the newest
    detection misses a face that a person named."""

    id: UUID
    number: int
    box: Box
    score: float
    points: Mapping[str, object] | None
    name: str
    found: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class ShownMark:
    """ml.types.Mark with its face's id. raster: a data: URL, "" for none."""

    model: str
    kind: MarkKind
    paths: tuple[tuple[XY, ...], ...]
    raster: str
    label: str
    tone: str
    face: UUID | None


@dataclass(frozen=True, slots=True)
class Layer:
    """A switch over the photo and all it shows. on: before the user chose."""

    name: str
    on: bool
    marks: tuple[ShownMark, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """groups: what was read of the photo as a whole. A run without readings looked in vain."""

    photo: Photo
    faces: tuple[ShownFace, ...]
    groups: tuple[Group, ...]
    layers: tuple[Layer, ...]
    runs: tuple[ShownRun, ...]
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A photo's rows in their order, without the sensitive kinds its gallery has turned off."""

    photo: Photo
    runs: tuple[Run, ...]
    faces: tuple[Face, ...]
    readings: tuple[Reading, ...]
    marks: tuple[Mark, ...]
    artifacts: tuple[Artifact, ...]


def rows_of(photo: Photo) -> Rows:
    """Everything stored about the photo that may be shown."""
    kinds = sensitive_kinds(photo.gallery)
    cards = _cards()
    runs = [
        run
        for run in photo.runs.all()
        if run.model not in cards or not (kind := cards[run.model].sensitive) or kind in kinds
    ]
    return Rows(
        photo=photo,
        runs=tuple(runs),
        faces=tuple(photo.faces.select_related("person")),
        readings=tuple(Reading.objects.filter(run__in=runs)),
        marks=tuple(Mark.objects.filter(run__in=runs)),
        artifacts=tuple(Artifact.objects.filter(run__in=runs).select_related("run")),
    )


def results_of(photo: Photo) -> Results:
    """Everything known about the photo, arranged for showing."""
    rows = rows_of(photo)
    cards = _cards()
    runs = {run.pk: _run(run, cards.get(run.model)) for run in rows.runs}
    groups = _by(rows.readings, lambda reading: reading.face_id)
    return Results(
        photo=photo,
        faces=tuple(_face(face, _groups(groups.get(face.pk, []), runs)) for face in rows.faces),
        groups=_groups(groups.get(None, []), runs),
        layers=_layers(rows.marks, runs),
        runs=tuple(runs.values()),
        artifacts=rows.artifacts,
    )


def value_of(reading: Reading) -> float | str | None:
    """The reading's number or word; None when it was not measured."""
    return reading.number if reading.number is not None else reading.label or None


def interval_of(reading: Reading) -> tuple[float, float] | None:
    if reading.low is None or reading.high is None:
        return None
    return reading.low, reading.high


def _cards() -> dict[str, ModelCard]:
    return {card.name: card for card in registry.cards()}


def _by(values: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


def _run(run: Run, card: ModelCard | None) -> ShownRun:
    return ShownRun(
        pk=run.pk,
        model=run.model,
        title=card.title if card else run.model,
        task=run.task,
        task_title=card.task.title if card else run.task,
        registered=card is not None,
        sensitive=card.sensitive.value if card else "",
        known_limits=card.known_limits if card else "",
        digest=run.digest,
        recipe=run.recipe,
        seconds=run.seconds,
    )


def _reading(reading: Reading, run: ShownRun) -> ShownReading:
    return ShownReading(
        model=run.model,
        name=reading.name,
        value=value_of(reading),
        score=reading.score,
        unit=reading.unit,
        interval=interval_of(reading),
        note=reading.note,
    )


def _groups(readings: list[Reading], runs: Mapping[int, ShownRun]) -> tuple[Group, ...]:
    """By run, in the order the models ran."""
    ordered = sorted(readings, key=lambda reading: (reading.run_id, reading.pk))
    return tuple(
        Group(runs[pk], tuple(_reading(reading, runs[pk]) for reading in group))
        for pk, group in groupby(ordered, key=lambda reading: reading.run_id)
    )


def _face(face: Face, groups: tuple[Group, ...]) -> ShownFace:
    return ShownFace(
        id=face.pk,
        number=face.position + 1,
        box=Box(face.left, face.top, face.right, face.bottom),
        score=face.score,
        points=face.points,
        name=face.person.name if face.person else "",
        found=face.found_by_id is not None,
        groups=groups,
    )


def _mark(mark: Mark, run: ShownRun) -> ShownMark:
    raster = b64encode(bytes(mark.raster)).decode()
    return ShownMark(
        model=run.model,
        kind=MarkKind(mark.kind),
        paths=tuple(tuple((x, y) for x, y in path) for path in mark.paths),
        raster=f"data:image/png;base64,{raster}" if raster else "",
        label=mark.label,
        tone=mark.tone,
        face=mark.face_id,
    )


def _layers(marks: tuple[Mark, ...], runs: Mapping[int, ShownRun]) -> tuple[Layer, ...]:
    return tuple(
        Layer(name, any(m.on for m in inside), tuple(_mark(m, runs[m.run_id]) for m in inside))
        for name, inside in _by(marks, lambda mark: mark.layer).items()
    )
