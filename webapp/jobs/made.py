"""What a job made on request, kept beside what models read: new files join the earlier ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q

from ml import types
from ml.protection.records import PHOTO_OF
from ml.types import Box, Report
from webapp.jobs.matching import matched
from webapp.jobs.signing import UNSIGNED
from webapp.models import Artifact, Job, Photo, Reading, Run

STRENGTH = "strength"  # the option and the fact of jobs whose change can be made weaker
ASKED = "asked_for"  # a fact of their files: see asked()


def add(job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]) -> None:
    """Add the report's files to the first photo; what it says of them replaces what was said. Of
    several photos nobody knows here which one's faces the report means: there they are the
    photo's."""
    about = job.photos_in_order()
    first = about[:1]
    if not first or first[0] not in photos:  # erased meanwhile: its files go with tidying up
        return
    run, _ = Run.objects.update_or_create(
        photo=first[0], model=job.kind, defaults={"job": job, "task": job.kind, "recipe": 1}
    )
    faces = faces_of(first[0], report) if len(about) == 1 else {}
    run.readings.all().delete()
    said = (one for one in report.readings if one.model == job.kind)
    Reading.objects.bulk_create(_reading(run, one, faces.get(one.face)) for one in said)
    along = {one.facts[PHOTO_OF] for one in report.artifacts if PHOTO_OF in one.facts}
    run.artifacts.filter(**{f"facts__{PHOTO_OF}__in": list(along)}).delete()  # said anew
    asked_for = asked(job.options)
    Artifact.objects.bulk_create(
        _artifact(run, one, faces.get(one.face), files[one.sha256], asked_for)
        for one in report.artifacts
        if not _is_there(run, one)
    )


def asked(options: Mapping[str, Any]) -> str:
    """What a job was asked for but for how strong its change is, as a short digest that tells
    nothing of it."""
    besides = {name: value for name, value in options.items() if name != STRENGTH}
    return sha256(json.dumps(besides, sort_keys=True).encode()).hexdigest()[:16]


def _is_there(run: Run, made: types.Artifact) -> bool:
    """Whether the run has this file, or one that only its signature tells from it."""
    unsigned = made.facts.get(UNSIGNED)
    same = Q(sha256=made.sha256) | (Q(**{f"facts__{UNSIGNED}": unsigned}) if unsigned else Q())
    return run.artifacts.filter(same).exists()


def _reading(run: Run, said: types.Reading, face: UUID | None) -> Reading:
    low, high = said.interval or (None, None)
    word = said.value if isinstance(said.value, str) else ""
    return Reading(
        run=run,
        face_id=face,
        name=said.name,
        number=None if isinstance(said.value, str) else said.value,
        label=word,
        score=said.score,
        unit=said.unit,
        low=low,
        high=high,
        note=said.note,
    )


def _artifact(
    run: Run, made: types.Artifact, face: UUID | None, file: str, asked_for: str
) -> Artifact:
    told = {ASKED: asked_for} if STRENGTH in made.facts else {}
    return Artifact(
        run=run,
        face_id=face,
        kind=made.kind,
        media_type=made.media_type,
        file=file,
        sha256=made.sha256,
        size=made.size,
        facts=dict(made.facts) | told,
    )


def faces_of(photo: Photo, report: Report) -> dict[int | None, UUID]:
    """Index of a face in the report -> id of the photo's face that it is."""
    there = list(photo.faces.all())
    boxes = [Box(face.left, face.top, face.right, face.bottom) for face in there]
    pairs = matched(boxes, [face.box for face in report.faces])
    return {new: there[old].pk for new, old in pairs.items()}
