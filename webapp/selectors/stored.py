"""A photo's rows in their order, and the values they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ml import types
from ml.registry import Sensitive
from ml.types import Box, Claim, MarkKind, Points, Ran, Report
from webapp.models import Artifact, Face, Finding, Mark, Photo, Portrait, Reading, Run
from webapp.selectors.galleries import sensitive_kinds


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything stored about a photo that may be shown: no sensitive kind that is off in its
    gallery, no comparison with a person's true photos unless asked for, whether or not the model
    that read it is still part of the installation."""

    photo: Photo
    runs: tuple[Run, ...]
    faces: tuple[Face, ...]
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]
    artifacts: tuple[Artifact, ...]


def rows_of(photo: Photo, *, identity: bool = False) -> Rows:
    """The photo's rows in seven queries. identity: also what models said that compare a face with
    a person's true photos, which is for the ledger alone, and there for who may edit."""
    permitted = photo.runs.filter(sensitive__in=[Sensitive.NOT, *sensitive_kinds(photo.gallery)])
    runs = tuple(permitted if identity else permitted.exclude(findings__claim=Claim.IDENTITY))
    return Rows(
        photo=photo,
        runs=runs,
        faces=tuple(photo.faces.select_related("person")),
        readings=tuple(Reading.objects.filter(run__in=runs)),
        findings=tuple(Finding.objects.filter(run__in=runs)),
        marks=tuple(Mark.objects.filter(run__in=runs)),
        artifacts=tuple(
            Artifact.objects.filter(run__in=runs)
            .exclude(portrait__state=Portrait.State.DISCARDED)
            .select_related("run__job")
        ),
    )


def report_from(rows: Rows, layers: frozenset[str] | None = None) -> Report:
    """The rows as the values they came from; embeddings stay where they are.

    layers: names of the layers of marks to include; None for all.
    """
    to = _Places({run.pk: run.model for run in rows.runs}, _numbered(rows.faces))
    marks = (mark for mark in rows.marks if layers is None or mark.layer in layers)
    return Report(
        size=(rows.photo.width, rows.photo.height),
        faces=tuple(_face(face) for face in rows.faces),
        readings=tuple(_reading(row, to) for row in rows.readings),
        marks=tuple(_mark(mark, to) for mark in marks),
        artifacts=tuple(_artifact(row, to) for row in rows.artifacts),
        findings=tuple(_finding(row, to) for row in rows.findings),
        runs=tuple(_ran(run) for run in rows.runs),
        notes=tuple(rows.photo.notes.splitlines()),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """From a row's foreign keys to what a value names: its model, its face by index."""

    models: Mapping[int, str]
    faces: Mapping[UUID | None, int]


def _numbered(faces: Iterable[Face]) -> dict[UUID | None, int]:
    return {face.pk: number for number, face in enumerate(faces)}


def _face(face: Face) -> types.Face:
    points = Points.from_json(face.points) if face.points else None
    return types.Face(Box(face.left, face.top, face.right, face.bottom), face.score, points)


def _reading(row: Reading, to: _Places) -> types.Reading:
    return types.Reading(
        model=to.models[row.run_id],
        name=row.name,
        value=row.number if row.number is not None else row.label or None,
        score=row.score,
        face=to.faces.get(row.face_id),
        unit=row.unit,
        interval=None if row.low is None or row.high is None else (row.low, row.high),
        note=row.note,
        other=to.faces.get(row.other_id),
    )


def _finding(row: Finding, to: _Places) -> types.Finding:
    return types.Finding(
        model=to.models[row.run_id],
        name=row.name,
        value=row.value or None,
        claim=Claim(row.claim),
        weight=row.weight,
        reliability=row.reliability,
        face=to.faces.get(row.face_id),
        layer=row.layer,
        note=row.note,
        group=row.group,
    )


def _mark(mark: Mark, to: _Places) -> types.Mark:
    return types.Mark(
        model=to.models[mark.run_id],
        layer=mark.layer,
        kind=MarkKind(mark.kind),
        paths=tuple(tuple((x, y) for x, y in path) for path in mark.paths),
        face=to.faces.get(mark.face_id),
        raster=bytes(mark.raster),
        label=mark.label,
        tone=mark.tone,
        on=mark.on,
    )


def _artifact(row: Artifact, to: _Places) -> types.Artifact:
    """Its path is the file's name alone: where we keep it is nobody's business."""
    return types.Artifact(
        model=to.models[row.run_id],
        kind=row.kind,
        media_type=row.media_type,
        path=Path(Path(str(row.file.name)).name),
        sha256=row.sha256,
        size=row.size,
        face=to.faces.get(row.face_id),
        facts=row.facts,
    )


def _ran(run: Run) -> Ran:
    kind = Sensitive(run.sensitive)
    return Ran(run.model, run.task, run.digest, run.recipe, run.seconds, kind)
