"""From a report to rows: each model's results replaced, faces matched, names kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from ml import types
from ml.registry import Sensitive
from ml.types import Ran, Report
from webapp import sealing
from webapp.jobs.matching import faces_match
from webapp.jobs.plan import Plan
from webapp.models import (
    Artifact,
    Consent,
    Embedding,
    Face,
    Finding,
    Job,
    Mark,
    Photo,
    Reading,
    Run,
)
from webapp.selectors.galleries import may_keep_embeddings, sensitive_kinds

EMBEDDING = "embedding"  # what sealed vectors are sealed as


@dataclass(frozen=True, slots=True)
class Placed:
    """Where results go: the run of each model that is stored, the row of each face."""

    runs: Mapping[str, Run]
    faces: Sequence[Face]

    def of(self, result: Any) -> dict[str, Any]:
        """The foreign keys of a reading, finding, mark or artifact."""
        face = None if result.face is None else self.faces[result.face]
        return {"run": self.runs[result.model], "face": face}


def replace_results(job: Job, photo: Photo, report: Report, files: Mapping[str, str]) -> None:
    """Store a finished job's report; called in the transaction that closes the job.

    files: sha256 of the report's artifacts -> their names in the file store.
    """
    standing = {run.model: run for run in photo.runs.all()}
    asked = {planned.model: planned.asked for planned in Plan.from_json(job.plan).models}
    may = _permitted(photo)
    fresh = [ran for ran in report.runs if may(ran) and not _stands(ran, standing, asked)]
    replaced = [standing[ran.model].pk for ran in fresh if ran.model in standing]
    if replaced:
        Run.objects.filter(pk__in=replaced).delete()
    runs = {run.model: run for run in Run.objects.bulk_create(_run(job, photo, r) for r in fresh)}
    faces = faces_match(photo, report, standing | runs, fresh)
    _results_create(Placed(runs, faces), photo, report, files)


def _stands(ran: Ran, standing: Mapping[str, Run], asked: Mapping[str, bool]) -> bool:
    """Whether the results we have stay: the model ran again only because others needed it."""
    run = standing.get(ran.model)
    same = run is not None and (run.digest, run.recipe) == (ran.digest, ran.recipe)
    return same and not asked.get(ran.model, True)


def _permitted(photo: Photo) -> Callable[[Ran], bool]:
    """Whether a model's results may be kept here: what a person turned off while the job waited
    or ran is not written down."""
    turned_on = cache(lambda: sensitive_kinds(photo.gallery))
    return lambda ran: ran.sensitive is Sensitive.NOT or ran.sensitive in turned_on()


def _run(job: Job, photo: Photo, ran: Ran) -> Run:
    return Run(
        photo=photo,
        job=job,
        model=ran.model,
        task=ran.task,
        digest=ran.digest,
        recipe=ran.recipe,
        seconds=ran.seconds,
        sensitive=ran.sensitive.value,
    )


def _results_create(placed: Placed, photo: Photo, report: Report, files: Mapping[str, str]) -> None:
    kept = placed.runs
    Reading.objects.bulk_create(
        _reading(reading, placed) for reading in report.readings if reading.model in kept
    )
    Finding.objects.bulk_create(
        _finding(finding, placed) for finding in report.findings if finding.model in kept
    )
    Mark.objects.bulk_create(_mark(mark, placed) for mark in report.marks if mark.model in kept)
    Artifact.objects.bulk_create(
        _artifact(artifact, placed, files)
        for artifact in report.artifacts
        if artifact.model in kept
    )
    may = _measurable(photo, placed.faces)
    Embedding.objects.bulk_create(
        _embedding(embedding, placed, photo)
        for embedding in report.embeddings
        if embedding.space.model in kept and placed.faces[embedding.face].pk in may
    )


def _measurable(photo: Photo, faces: Sequence[Face]) -> set[UUID]:
    """Of which faces a measure may be kept: all, or those of people whose consent is in force."""
    if may_keep_embeddings(photo.gallery):
        return {face.pk for face in faces}
    given = Consent.objects.filter(Consent.in_force(), purpose=Consent.Purpose.PROTECTION)
    consenting = set(given.filter(person__gallery=photo.gallery).values_list("person", flat=True))
    return {face.pk for face in faces if face.person_id in consenting}


def _reading(reading: types.Reading, placed: Placed) -> Reading:
    word = reading.value if isinstance(reading.value, str) else ""
    number = None if isinstance(reading.value, str) else reading.value
    low, high = reading.interval or (None, None)
    return Reading(
        **placed.of(reading),
        name=reading.name,
        number=number,
        label=word,
        score=reading.score,
        unit=reading.unit,
        low=low,
        high=high,
        note=reading.note,
        other=None if reading.other is None else placed.faces[reading.other],
    )


def _finding(finding: types.Finding, placed: Placed) -> Finding:
    return Finding(
        **placed.of(finding),
        name=finding.name,
        value=finding.value or "",
        claim=finding.claim.value,
        weight=finding.weight,
        reliability=finding.reliability,
        layer=finding.layer,
        note=finding.note,
        group=finding.group,
    )


def _mark(mark: types.Mark, placed: Placed) -> Mark:
    return Mark(
        **placed.of(mark),
        layer=mark.layer,
        kind=mark.kind.value,
        # A hundredth of a pixel is finer than any screen, and half the bytes.
        paths=[[[round(x, 2), round(y, 2)] for x, y in path] for path in mark.paths],
        raster=mark.raster,
        label=mark.label,
        tone=mark.tone,
        on=mark.on,
    )


def _artifact(artifact: types.Artifact, placed: Placed, files: Mapping[str, str]) -> Artifact:
    return Artifact(
        **placed.of(artifact),
        kind=artifact.kind,
        media_type=artifact.media_type,
        file=files[artifact.sha256],
        sha256=artifact.sha256,
        size=artifact.size,
        facts=dict(artifact.facts),
    )


def _embedding(embedding: types.Embedding, placed: Placed, photo: Photo) -> Embedding:
    return Embedding(
        run=placed.runs[embedding.space.model],
        face=placed.faces[embedding.face],
        sealed_vector=sealing.seal(photo.gallery, embedding.vector, EMBEDDING),
    )
