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
from webapp.selectors.results import Group, results_of
from webapp.selectors.stored import report_from, rows_of

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
    rows = rows_of(photo)
    told = report_from(rows).to_json()
    for face, row in zip(told["faces"], rows.faces, strict=True):
        face |= {"id": str(row.pk), "name": row.person.name if row.person else ""}
    return told


def exposure_of(photo: Photo) -> tuple[Line, ...]:
    """What a stranger could learn from the photo and its original file, worst first."""
    exif = json.loads(sealing.unseal(photo.gallery, bytes(photo.sealed_exif), EXIF))
    return lines(exif, photo.name, report_of(photo, layers=frozenset()))


def taken_on(photo: Photo) -> date | None:
    """The day the camera wrote into the photo; None where it wrote none."""
    return day_taken(json.loads(sealing.unseal(photo.gallery, bytes(photo.sealed_exif), EXIF)))


def readings_csv(photo: Photo) -> str:
    """One line a reading, with a header; `face` counts from 1 and is empty for the photo. A face
    of which nothing was read has one line, with its box."""
    results = results_of(photo)
    text = StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows(_lines((photo.pk, *[""] * 7), results.groups))
    for face in results.faces:
        box = (round(edge, 1) for edge in face.box.to_json())
        who = (photo.pk, face.number, face.id, _inert(face.name), *box)
        table.writerows(_lines(who, face.groups) if face.groups else [who])
    return text.getvalue()


def _lines(who: tuple[object, ...], groups: tuple[Group, ...]) -> Iterator[tuple[object, ...]]:
    for group in groups:
        for said in group.readings:
            low, high = said.interval or (None, None)
            measured = (said.name, said.value, said.score, said.unit, low, high, said.note)
            other = group.other(said)
            yield (*who, said.model, group.run.task, *measured, other.number if other else "")


def _inert(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t"} else name
