"""What a job made on request, kept beside what models read: new files join the earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from ml.types import Box, Report
from webapp.jobs.matching import matched
from webapp.models import Artifact, Job, Photo, Reading, Run


def add(job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]) -> None:
    """Add the report's files to the first photo; what it says of them replaces what was said. Of
    several photos nobody knows here which one's faces the report means: there they are the
    photo's."""
    asked = job.photos_in_order()
    first = asked[:1]
    if not first or first[0] not in photos:  # erased meanwhile: its files go with tidying up
        return
    run, _ = Run.objects.update_or_create(
        photo=first[0], model=job.kind, defaults={"job": job, "task": job.kind, "recipe": 1}
    )
    faces = faces_of(first[0], report) if len(asked) == 1 else {}
    run.readings.all().delete()
    Reading.objects.bulk_create(
        Reading(
            run=run,
            name=said.name,
            number=None if isinstance(said.value, str) else said.value,
            label=said.value if isinstance(said.value, str) else "",
            score=said.score,
            unit=said.unit,
            low=said.interval[0] if said.interval else None,
            high=said.interval[1] if said.interval else None,
            note=said.note,
            face_id=faces.get(said.face),
        )
        for said in report.readings
        if said.model == job.kind
    )
    Artifact.objects.bulk_create(
        Artifact(
            run=run,
            face_id=faces.get(made.face),
            kind=made.kind,
            media_type=made.media_type,
            file=files[made.sha256],
            sha256=made.sha256,
            size=made.size,
            facts=dict(made.facts),
        )
        for made in report.artifacts
        if not run.artifacts.filter(sha256=made.sha256).exists()
    )


def faces_of(photo: Photo, report: Report) -> dict[int | None, UUID]:
    """Index of a face in the report -> id of the photo's face that it is."""
    there = list(photo.faces.all())
    boxes = [Box(face.left, face.top, face.right, face.bottom) for face in there]
    pairs = matched(boxes, [face.box for face in report.faces])
    return {new: there[old].pk for new, old in pairs.items()}
