"""Made portraits are kept beside their photo, with what consent they rest on; or not at all, where
a rule forbids them by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from ml.generation.portraits_pipeline import UNUSED
from ml.types import Report
from webapp.jobs import made
from webapp.jobs.signing import UNSIGNED
from webapp.locks import people_hold
from webapp.models import Artifact, Consent, Face, Job, Photo, Portrait
from webapp.selectors import artifacts
from webapp.selectors.faces import digests_of
from webapp.selectors.learning import UNLEARNT, any_learnt
from webapp.selectors.people import consent_of
from webapp.selectors.portrait_likeness import compared
from webapp.selectors.portrait_rules import GENERATION, adult_record, face_of, refusal_of
from webapp.services.audit import audit_write
from webapp.services.portrait_rules import job_refused_write

State = Portrait.State
RENAMED = "A photo that this was made of, too, is no longer said to show them: ask again."


def write(job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]) -> None:
    """Called with the photos held, in the transaction that closes the job."""
    face = face_of(job)
    people_hold([face.person_id] if face and face.person_id else [])
    if forbidden := refusal_of(job):
        job.move(to=Job.Status.FAILED, since=(Job.Status.DONE,), error=forbidden.sentence)
        job_refused_write(job=job, rule=forbidden.rule)
        return
    consent = consent_of(face.person, GENERATION) if face and face.person else None
    if face is None or consent is None or not photos:
        return
    if gone := _gone(job, face, report):
        job.move(to=Job.Status.FAILED, since=(Job.Status.DONE,), error=gone)
        return
    others = compared(gallery=job.gallery, faces=[face])[face.pk].others
    made.add(job, photos, report, files)
    for rank, one in enumerate(report.artifacts, start=1):
        same = Q(sha256=one.sha256) | Q(**{f"facts__{UNSIGNED}": one.facts[UNSIGNED]})
        rows = Artifact.objects.filter(same, run__photo=photos[0], run__model=job.kind)
        for row in rows:
            _kept(row, one.facts, job, face, consent, rank, others)
    said = [*job.notes.splitlines(), *report.notes]
    Job.objects.filter(pk=job.pk).update(notes="\n".join(said))
    audit_write(
        actor=job.submitted_by, verb="portraits-make", subject=f"face:{face.pk}",
        gallery=job.gallery_id, detail=f"portraits: {len(report.artifacts)}",
    )  # fmt: skip


def _gone(job: Job, face: Face, report: Report) -> str:
    """What the files were made of and is no longer said to be the person's, in a sentence; "" for
    nothing: names are changed, and what was learnt is erased, while a job runs."""
    if job.options.get("learnt") and not any_learnt(job.gallery, [face]):
        return UNLEARNT
    return RENAMED if artifacts.seen_by(report) - digests_of(face) else ""


def _kept(
    row: Artifact,
    facts: Mapping[str, Any],
    job: Job,
    face: Face,
    consent: Consent,
    rank: int,
    others: int,
) -> None:
    """The same portrait made again is the one that is there; were it discarded, it is back. facts:
    of the file as it was made now: whether further photos were asked for and not used its pixels do
    not tell. others: how many of the same name the face was compared with."""
    row.face = face
    row.facts = {name: value for name, value in row.facts.items() if name != UNUSED}
    row.facts |= {UNUSED: facts[UNUSED]} if UNUSED in facts else {}
    row.save(update_fields=["face", "facts"])
    about = {
        "person": consent.person,
        "job": job,
        "made_by": job.submitted_by,
        "rank": rank,
        "basis": consent.basis,
        "consented": consent.created,
        "adult": adult_record(consent.person) is not None,
        "compared": others,
    }
    portrait, new = Portrait.objects.get_or_create(artifact=row, defaults=about)
    if not new:
        state = State.NEW if portrait.state == State.DISCARDED else portrait.state
        Portrait.objects.filter(pk=portrait.pk).update(**about, state=state)
