"""A photo whose only face may have portraits made, and jobs that make them with real models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from ml import pipelines
from ml.pipelines import Context
from ml.pool import Pool
from ml.weights import Weights
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, Face, Job, Photo, Portrait, User
from webapp.services.jobs import job_submit
from webapp.services.portraits import adult_declare, face_claim

store = DjangoJobStore()
SMALL = {"side": 512, "count": 1}


def a_map(photo: Photo) -> Artifact:
    """Some made file of the photo."""
    artifact = Artifact(
        run=photo.runs.first(), kind="map", media_type="text/plain", sha256="0" * 64, size=1
    )
    artifact.file.save("map.txt", ContentFile(b"x"))
    return artifact


def a_portrait(artifact: Artifact, by: User) -> Portrait:
    """The made file, as a portrait of whoever is on its photo."""
    face = artifact.run.photo.faces.exclude(person=None).get()
    asked = {f"{turn} asked": 0.0 for turn in ("yaw", "pitch", "roll")}
    artifact.facts = asked | {"expression": "as it was", "seed": 0, "side": 512}
    artifact.save(update_fields=["facts"])
    return Portrait.objects.create(
        artifact=artifact, person=face.person, made_by=by, rank=1, basis="self",
        consented=timezone.now(), adult=False,
    )  # fmt: skip


def claimed(photo: Photo, by: User) -> Face:
    """The photo's first face, which is the user's own by their word."""
    face = photo.faces.select_related("photo__gallery", "person").first()
    assert face is not None
    face_claim(face=face, name=by.username, by=by)
    face.refresh_from_db()
    return face


def grown_up(face: Face, by: User) -> None:
    assert face.person is not None
    adult_declare(person=face.person, statement="I was born in 1956", by=by)


def asked(face: Face, by: User, **options: Any) -> Job:
    photo, chosen = face.photo, SMALL | {"faces": [str(face.pk)]} | options
    return job_submit(
        kind="portraits", gallery=photo.gallery, photos=[photo], by=by, options=chosen
    )


def worked(job: Job, weights: Path) -> Job:
    """The job, as a worker left it."""
    from ml.errors import MLError, Refused

    claim = store.claim(job.pk)
    if claim is not None:
        claim.scratch.mkdir(parents=True, exist_ok=True)
        run = pipelines.get(claim.kind).run
        try:
            report = run(
                claim.options, claim.inputs, Context(Pool(Weights(weights)), scratch=claim.scratch)
            )
            store.finish(claim, report)
        except Refused as error:
            store.fail(claim, str(error), again=False, rule=error.rule)
        except MLError as error:
            store.fail(claim, str(error), again=False)
    job.refresh_from_db()
    return job


def made(face: Face, by: User, weights: Path, **options: Any) -> list[Portrait]:
    job = worked(asked(face, by, **options), weights)
    assert job.status == Job.Status.DONE, job.error
    return list(Portrait.objects.filter(job=job).order_by("rank"))
