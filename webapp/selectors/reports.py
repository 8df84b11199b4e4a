"""What is stored about a photo as one ml.types.Report, and its readings as a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

from ml.exposure import Line, day_taken, lines
from ml.types import Report
from webapp import sealing
from webapp.models import Photo
from webapp.selectors.locations import shows_place
from webapp.selectors.regions import names_in_file
from webapp.selectors.results import Group, Results, results_of
from webapp.selectors.stored import Rows, report_from, rows_of

EXIF = "exif"  # what the metadata of a photo is sealed as
COLUMNS = (
    *("photo", "face", "face_id", "person", "left", "top", "right", "bottom"),
    *("model", "task", "name"),
    *("value", "score", "unit", "low", "high", "note", "other_face"),
)


def report_of(photo: Photo, layers: frozenset[str] | None = None) -> Report:
    """The stored results as the values they came from; embeddings stay where they are.

    layers: names of the layers of marks to include; None for all.
    """
    return report_from(rows_of(photo), layers)


def report_json(photo: Photo) -> dict[str, Any]:
    """The same as JSON, each face with its id and whose it is."""
    return report_json_of(rows_of(photo))


def report_json_of(rows: Rows) -> dict[str, Any]:
    """The same of rows one has."""
    told = report_from(rows).to_json()
    for face, row in zip(told["faces"], rows.faces, strict=True):
        face |= {"id": str(row.pk), "name": row.person.name if row.person else ""}
    return told


def exposure_of(photo: Photo) -> tuple[Line, ...]:
    """What a stranger could learn from the photo and its original file, worst first."""
    exif = json.loads(sealing.unseal(photo.gallery, bytes(photo.sealed_exif), EXIF))
    report = report_of(photo, layers=frozenset())
    return lines(exif, photo.name, report, names_in_file(photo), shows_place(photo))


def taken_on(photo: Photo) -> date | None:
    """The day the camera wrote into the photo; None where it wrote none."""
    return day_taken(json.loads(sealing.unseal(photo.gallery, bytes(photo.sealed_exif), EXIF)))


def readings_csv(photo: Photo) -> str:
    """One line a reading, with a header; `face` counts from 1 and is empty for the photo."""
    return readings_csv_of(results_of(photo))


def readings_csv_of(results: Results) -> str:
    """The same of results one has."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(reading_lines(results))
    return text.getvalue()


def reading_lines(results: Results) -> Iterator[list[object]]:
    """The lines under COLUMNS: the photo's readings, then those of each face. A face of which
    nothing was read has one line, with its box."""
    yield from _lines((results.photo.pk, *[""] * 7), results.groups)
    for face in results.faces:
        box = (round(edge, 1) for edge in face.box.to_json())
        who = (results.photo.pk, face.number, face.id, face.name, *box)
        if face.groups:
            yield from _lines(who, face.groups)
        else:
            yield [*map(inert, who)]


def inert(cell: object) -> object:
    """A text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    risky = isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{cell}" if risky and cell else cell


def _lines(who: tuple[object, ...], groups: tuple[Group, ...]) -> Iterator[list[object]]:
    for group in groups:
        for said in group.readings:
            low, high = said.interval or (None, None)
            measured = (said.name, said.value, said.score, said.unit, low, high, said.note)
            other = group.other(said)
            number = other.number if other else ""
            yield [*map(inert, (*who, said.model, group.run.task, *measured, number))]
