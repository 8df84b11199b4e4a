"""What a running job found so far, arranged like stored results."""

from __future__ import annotations

from base64 import b64encode
from itertools import groupby
from uuid import UUID

from ml import registry
from ml.types import Mark, Ran, Reading, Report
from webapp.models import Photo
from webapp.selectors.results import (
    Group,
    Layer,
    Results,
    ShownFace,
    ShownMark,
    ShownReading,
    ShownRun,
)


def results_from(photo: Photo, report: Report) -> Results:
    """The report as results; its faces have ids of their own until they are stored."""
    runs = {ran.model: _run(number, ran) for number, ran in enumerate(report.runs)}
    return Results(
        photo=photo,
        faces=tuple(
            ShownFace(
                id=_id(number),
                number=number + 1,
                box=face.box,
                score=face.score,
                points=None,
                name="",
                found=True,
                groups=_groups(report, number, runs),
            )
            for number, face in enumerate(report.faces)
        ),
        groups=_groups(report, None, runs),
        layers=_layers(report.marks),
        runs=tuple(runs.values()),
        artifacts=(),
    )


def _id(number: int) -> UUID:
    return UUID(int=number + 1)


def _run(number: int, ran: Ran) -> ShownRun:
    card = registry.get(ran.model).card
    return ShownRun(
        pk=number,
        model=ran.model,
        title=card.title,
        task=ran.task,
        task_title=card.task.title,
        registered=True,
        sensitive=card.sensitive.value,
        known_limits=card.known_limits,
        digest=ran.digest,
        recipe=ran.recipe,
        seconds=ran.seconds,
    )


def _groups(report: Report, face: int | None, runs: dict[str, ShownRun]) -> tuple[Group, ...]:
    about = (reading for reading in report.readings if reading.face == face)
    return tuple(
        Group(runs[model], tuple(_reading(reading) for reading in readings))
        for model, readings in groupby(about, key=lambda reading: reading.model)
    )


def _reading(reading: Reading) -> ShownReading:
    return ShownReading(
        model=reading.model,
        name=reading.name,
        value=reading.value,
        score=reading.score,
        unit=reading.unit,
        interval=reading.interval,
        note=reading.note,
    )


def _layers(marks: tuple[Mark, ...]) -> tuple[Layer, ...]:
    names = dict.fromkeys(mark.layer for mark in marks)
    inside = {name: [mark for mark in marks if mark.layer == name] for name in names}
    return tuple(
        Layer(name, any(mark.on for mark in found), tuple(_mark(mark) for mark in found))
        for name, found in inside.items()
    )


def _mark(mark: Mark) -> ShownMark:
    raster = b64encode(mark.raster).decode()
    return ShownMark(
        model=mark.model,
        kind=mark.kind,
        paths=mark.paths,
        raster=f"data:image/png;base64,{raster}" if raster else "",
        label=mark.label,
        tone=mark.tone,
        face=None if mark.face is None else _id(mark.face),
    )
