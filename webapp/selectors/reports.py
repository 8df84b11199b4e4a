"""What is stored about a photo as one ml.types.Report, and its readings as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from uuid import UUID

from ml import types
from ml.types import Box, MarkKind, Points, Ran, Report
from webapp.models import Artifact, Face, Mark, Photo, Reading, Run
from webapp.selectors.results import Group, interval_of, results_of, rows_of, value_of

COLUMNS = (
    *("photo", "face", "face_id", "person", "model", "task", "name"),
    *("value", "score", "unit", "low", "high", "note"),
)


def report_of(photo: Photo, layers: frozenset[str] | None = None) -> Report:
    """The stored results as the values they came from; embeddings stay where they are.

    layers: names of the layers of marks to include; None for all.
    """
    rows = rows_of(photo)
    index = {face.pk: number for number, face in enumerate(rows.faces)}
    models = {run.pk: run.model for run in rows.runs}
    marks = (mark for mark in rows.marks if layers is None or mark.layer in layers)
    return Report(
        size=(photo.width, photo.height),
        faces=tuple(_face(face) for face in rows.faces),
        readings=tuple(_reading(row, models, index) for row in rows.readings),
        marks=tuple(_mark(mark, models, index) for mark in marks),
        artifacts=tuple(_artifact(row, models, index) for row in rows.artifacts),
        runs=tuple(_ran(run) for run in rows.runs),
        notes=tuple(photo.notes.splitlines()),
    )


def readings_csv(photo: Photo) -> str:
    """One line a reading, with a header; `face` counts from 1 and is empty for the photo."""
    results = results_of(photo)
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(_lines((photo.pk, "", "", ""), results.groups))
    for face in results.faces:
        who = (photo.pk, face.number, face.id, _inert(face.name))
        table.writerows(_lines(who, face.groups))
    return text.getvalue()


def _lines(who: tuple[object, ...], groups: tuple[Group, ...]) -> Iterator[tuple[object, ...]]:
    for group in groups:
        for said in group.readings:
            low, high = said.interval or (None, None)
            measured = (said.name, said.value, said.score, said.unit, low, high, said.note)
            yield (*who, said.model, group.run.task, *measured)


def _inert(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t"} else name


def _face(face: Face) -> types.Face:
    points = Points.from_json(face.points) if face.points else None
    return types.Face(Box(face.left, face.top, face.right, face.bottom), face.score, points)


def _about(face: UUID | None, index: Mapping[UUID, int]) -> int | None:
    return None if face is None else index[face]


def _reading(row: Reading, models: Mapping[int, str], index: Mapping[UUID, int]) -> types.Reading:
    return types.Reading(
        model=models[row.run_id],
        name=row.name,
        value=value_of(row),
        score=row.score,
        face=_about(row.face_id, index),
        unit=row.unit,
        interval=interval_of(row),
        note=row.note,
    )


def _mark(mark: Mark, models: Mapping[int, str], index: Mapping[UUID, int]) -> types.Mark:
    return types.Mark(
        model=models[mark.run_id],
        layer=mark.layer,
        kind=MarkKind(mark.kind),
        paths=tuple(tuple((x, y) for x, y in path) for path in mark.paths),
        face=_about(mark.face_id, index),
        raster=bytes(mark.raster),
        label=mark.label,
        tone=mark.tone,
        on=mark.on,
    )


def _artifact(
    row: Artifact, models: Mapping[int, str], index: Mapping[UUID, int]
) -> types.Artifact:
    """Its path is the file's name alone: where we keep it is nobody's business."""
    return types.Artifact(
        model=models[row.run_id],
        kind=row.kind,
        media_type=row.media_type,
        path=Path(Path(str(row.file.name)).name),
        sha256=row.sha256,
        size=row.size,
        face=_about(row.face_id, index),
        facts=row.facts,
    )


def _ran(run: Run) -> Ran:
    return Ran(run.model, run.task, run.digest, run.recipe, run.seconds)
