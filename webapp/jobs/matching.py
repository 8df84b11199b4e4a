"""Which row is which face of a new report: by overlap, so that what people said stays with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ml import types
from ml.contracts import DETECTION
from ml.sequence import SAME
from ml.types import Box, Ran, Report
from webapp.models import Face, Photo, Run

FACE_FIELDS = ("left", "top", "right", "bottom", "score", "points", "position", "found_by")


def faces_match(
    photo: Photo, report: Report, runs: Mapping[str, Run], fresh: Sequence[Ran]
) -> list[Face]:
    """The rows of the report's faces, in its order. After a fresh detection the others go,
    unless somebody named them."""
    detector = next((ran for ran in report.runs if ran.task == DETECTION.name), None)
    if detector is None:
        return []
    there = list(photo.faces.all())
    pairs = matched([_box(face) for face in there], [face.box for face in report.faces])
    found_by = runs[detector.model]
    rows: list[Face] = []
    new: list[Face] = []
    for position, found in enumerate(report.faces):
        old = pairs.get(position)
        row = Face(photo=photo) if old is None else there[old]
        (new if old is None else []).append(row)
        _describe(row, found, position, found_by)
        rows.append(row)
    if detector in fresh:
        lost = [face for index, face in enumerate(there) if index not in pairs.values()]
        _faces_update([row for row in rows if row not in new])
        _faces_lose(lost, first=len(rows))
    Face.objects.bulk_create(new)
    return rows


def matched(there: Sequence[Box], found: Sequence[Box], least: float = SAME) -> dict[int, int]:
    """Index of a found box -> index of the box it is, by greatest overlap first, each once.

    least: the smallest overlap (IoU) of boxes that are the same."""
    overlaps = sorted(
        ((old.iou(new), i, j) for i, old in enumerate(there) for j, new in enumerate(found)),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for overlap, i, j in overlaps:
        if overlap >= least and j not in pairs and i not in pairs.values():
            pairs[j] = i
    return pairs


def _box(face: Face) -> Box:
    return Box(face.left, face.top, face.right, face.bottom)


def _describe(row: Face, found: types.Face, position: int, found_by: Run) -> None:
    row.left, row.top, row.right, row.bottom = found.box.to_json()
    row.score, row.position, row.found_by = found.score, position, found_by
    row.points = None if found.points is None else found.points.to_json()


def _faces_update(faces: Sequence[Face]) -> None:
    if faces:
        Face.objects.bulk_update(faces, FACE_FIELDS)


def _faces_lose(faces: Sequence[Face], first: int) -> None:
    """Named faces stay, after the found ones; what people said outlives a model."""
    named = [face for face in faces if face.person_id is not None]
    nameless = [face.pk for face in faces if face.person_id is None]
    if nameless:
        Face.objects.filter(pk__in=nameless).delete()
    for position, face in enumerate(named, start=first):
        face.position, face.found_by = position, None
    if named:
        Face.objects.bulk_update(named, ("position", "found_by"))
