"""What is known about a photo, arranged as page, REST and files show it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from ml import pipelines, registry
from ml.registry import ModelCard
from ml.types import XY, Box, Finding, Mark, MarkKind, Ran, Reading, Report
from webapp.models import Artifact, Face, Photo
from webapp.selectors.stored import Rows, report_from, rows_of

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A model that looked. registered: whether its card is still registered; results outlive it.

    task_title, title: what people read; the stored names when the card is gone.
    group: where on a face's card its readings stand. maker: it is no model but a kind of job that
    makes files on request.
    """

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
    group: registry.Group = registry.Group.LOOKS
    maker: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a face beside what the models say. number: from 1. found: see ShownFace."""

    id: UUID
    number: int
    name: str = ""
    found: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """What one model read of one face, or of the photo. faces: all of the photo."""

    run: ShownRun
    readings: tuple[Reading, ...]
    faces: tuple[Known, ...] = field(default=(), repr=False, compare=False)

    def other(self, reading: Reading) -> Known | None:
        """The second face of a reading about two."""
        return None if reading.other is None else self.faces[reading.other]

    def other_id(self, reading: Reading) -> UUID | None:
        other = self.other(reading)
        return None if other is None else other.id


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
    """groups: what was read of the photo as a whole. A run without readings looked in vain.
    findings: evidence, each naming its face by index into `faces`."""

    photo: Photo
    faces: tuple[ShownFace, ...]
    groups: tuple[Group, ...]
    layers: tuple[Layer, ...]
    runs: tuple[ShownRun, ...]
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...] = ()


def results_of(photo: Photo, *, identity: bool = False) -> Results:
    """Everything stored about the photo that may be shown, arranged for showing. identity: see
    `rows_of`."""
    return results_from(rows_of(photo, identity=identity))


def results_from(rows: Rows) -> Results:
    """The rows of a photo, arranged for showing."""
    return arranged(
        rows.photo,
        report_from(rows),
        [_known(face, number) for number, face in enumerate(rows.faces, start=1)],
        rows.artifacts,
    )


def arranged(
    photo: Photo, report: Report, known: Sequence[Known], artifacts: tuple[Artifact, ...] = ()
) -> Results:
    """The report as results; known: of each of its faces."""
    cards = {card.name: card for card in registry.cards()}
    kinds = {kind.kind: kind.title for kind in pipelines.kinds()}
    found = {finding.model for finding in report.findings}
    runs = {
        ran.model: _run(ran, cards.get(ran.model), kinds, evidence=ran.model in found)
        for ran in report.runs
    }
    about = _by(report.readings, lambda reading: reading.face)
    return Results(
        photo=photo,
        faces=tuple(
            ShownFace(
                id=who.id,
                number=who.number,
                box=face.box,
                score=face.score,
                points=None if face.points is None else face.points.to_json(),
                name=who.name,
                found=who.found,
                groups=_groups(about.get(number, []), runs, known),
            )
            for number, (face, who) in enumerate(zip(report.faces, known, strict=True))
        ),
        groups=_groups(about.get(None, []), runs, known),
        layers=_layers(report.marks, known),
        runs=tuple(run for run in runs.values() if not run.maker),
        artifacts=artifacts,
        findings=report.findings,
    )


def _known(face: Face, number: int) -> Known:
    name = face.person.name if face.person else ""
    return Known(face.pk, number, name, found=face.found_by_id is not None)


def _by(values: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


def _run(ran: Ran, card: ModelCard | None, kinds: Mapping[str, str], *, evidence: bool) -> ShownRun:
    """kinds: titles of the kinds of job. evidence: it left findings, which outlive its card."""
    title = kinds.get(ran.model, ran.model)
    sought = evidence or ran.task in registry.evidence()
    without_card = registry.Group.EVIDENCE if sought else registry.Group.LOOKS
    return ShownRun(
        model=ran.model,
        title=card.title if card else title,
        task=ran.task,
        task_title=card.task.title if card else title,
        registered=card is not None,
        sensitive=ran.sensitive.value,
        known_limits=card.known_limits if card else "",
        digest=ran.digest,
        recipe=ran.recipe,
        seconds=ran.seconds,
        group=card.task.group if card else without_card,
        maker=ran.model in kinds,
    )


def _groups(
    readings: list[Reading], runs: Mapping[str, ShownRun], known: Sequence[Known]
) -> tuple[Group, ...]:
    """By run, in the order the models ran."""
    said = _by(readings, lambda reading: reading.model)
    return tuple(
        Group(run, tuple(said[name]), tuple(known)) for name, run in runs.items() if name in said
    )


def _mark(mark: Mark, known: Sequence[Known]) -> ShownMark:
    raster = b64encode(mark.raster).decode()
    return ShownMark(
        model=mark.model,
        kind=mark.kind,
        paths=mark.paths,
        raster=f"data:image/png;base64,{raster}" if raster else "",
        label=mark.label,
        tone=mark.tone,
        face=None if mark.face is None else known[mark.face].id,
    )


def _layers(marks: tuple[Mark, ...], known: Sequence[Known]) -> tuple[Layer, ...]:
    return tuple(
        Layer(name, any(mark.on for mark in inside), tuple(_mark(m, known) for m in inside))
        for name, inside in _by(marks, lambda mark: mark.layer).items()
    )
