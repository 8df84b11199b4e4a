"""Submitting, cancelling and retrying jobs."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from ml import pipelines, registry
from ml.analysis.pipeline import ReportOptions
from ml.pipelines import Pipeline, Subjects
from ml.registry import ModelCard, Policy, Sensitive
from tasks import lanes
from webapp import chores
from webapp.chores import Chore
from webapp.jobs import folders
from webapp.jobs import options as values
from webapp.jobs.plan import Plan, lane_for, resolve
from webapp.models import Gallery, Job, Photo, User
from webapp.selectors.capabilities import policy_for, policy_for_answer, policy_for_portraits
from webapp.selectors.jobs import ANSWERS, EXPORT
from webapp.services.audit import audit_write
from webapp.services.face_choice import faces_check
from webapp.services.job_engine import engine_for
from webapp.services.person_choice import person_asked
from webapp.services.portrait_rules import portraits_check

logger = logging.getLogger(__name__)
Status = Job.Status
Work = Pipeline[Any, Any] | Chore
MOST_PHOTOS = 500
NOT_KEPT = "Ask /analyse or /made-here for it: its answer is not kept."
STOPPED = "Stopped because somebody asked for that."


def job_submit(
    *,
    kind: str,
    gallery: Gallery,
    photos: Sequence[Photo],
    by: User,
    options: dict[str, Any],
    file: Path | None = None,
) -> Job:
    """Write the job, and send its id to its lane once the transaction is committed.

    Several photos become a parent with a child each, unless the kind takes them all in one job.
    file: a picture that is no photo of the gallery; the job gets a copy, and its report is its
    answer (kept in `partial`).

    Raises:
        ValidationError: no such kind, wrong options, or nothing installed and allowed to run.
        PermissionDenied: only administrators submit this kind.
    """
    work = _work(kind)
    _check_asker(work, by)
    _check_subjects(work, photos, file)
    chosen = values.parse(work.options, options)
    _check_faces(work, chosen, gallery, photos, by)
    person = person_asked(chosen, gallery, by, photos)
    if person is not None:
        chosen = replace(chosen, person=str(person.pk))  # found by it when consent is withdrawn
    job = _described(work, gallery, by, chosen, engine_for(work, chosen, gallery, photos, by))
    if file is not None:
        folders.scratch(job).mkdir(parents=True)
        shutil.copyfile(file, folders.scratch(job) / folders.UPLOAD)
    with transaction.atomic():
        family = len(photos) > 1 and _subjects(work) is Subjects.ONE
        made = _family_create(job, photos) if family else _create(job, photos)
        if person is not None:
            audit_write(
                actor=by, verb="person-compare", subject=f"person:{person.pk}",
                gallery=gallery.pk, detail=f"{len(photos)} photos",
            )  # fmt: skip
    return made


def job_cancel(*, job: Job, by: User) -> Job:
    """Cancel a queued job at once; a running one stops at its next step. Closed ones stay. Who
    asked is told by the audit log alone, whose names can be erased."""
    subject = f"job:{job.pk}"
    if job.is_open:
        audit_write(actor=by, verb="job-cancel", subject=subject, gallery=job.gallery_id)
    _stop(job)
    job.refresh_from_db()
    return job


def _stop(job: Job) -> None:
    now = timezone.now()
    ended: dict[str, Any] = {"message": STOPPED, "ended": now, "partial": None}
    if not job.move(to=Status.CANCELLED, since=(Status.QUEUED,), **ended):
        job.move(to=Status.CANCELLING, since=(Status.RUNNING,), message=STOPPED)
    for child in job.children.filter(status__in=Job.OPEN):
        _stop(child)
    if not job.lane:
        parent_settle(parent=job.pk)


@transaction.atomic
def job_retry(*, job: Job, by: User) -> Job:
    """Queue a failed or cancelled job again, with the plan of its submission; others stay.

    Raises:
        PermissionDenied: only administrators submit this kind, or it packs somebody else's album.
    """
    _check_asker(chores.get(job.kind), by)
    if job.kind == EXPORT and job.submitted_by != by:
        raise PermissionDenied("Only whoever asked for this ZIP may try it again.")
    closed = (Status.FAILED, Status.CANCELLED)
    fresh: dict[str, Any] = {
        "submitted_by": by, "error": "", "message": "", "ended": None, "tries": 0,
        "done": 0, "announced": 1, "announced_at": timezone.now(),
    }  # fmt: skip
    if not job.lane:
        for child in job.children.filter(status__in=closed):
            job_retry(job=child, by=by)
        job.move(to=Status.RUNNING, since=closed, error="", message="", ended=None)
    elif job.move(to=Status.QUEUED, since=closed, **fresh):
        if job.parent is not None:  # it counts its children again
            reopened: dict[str, Any] = {"error": "", "message": "", "ended": None}
            job.parent.move(to=Status.RUNNING, since=(*closed, Status.DONE), **reopened)
        transaction.on_commit(partial(job_announce, job=job))
    job.refresh_from_db()
    return job


def job_announce(*, job: Job) -> None:
    """Send the job's id to its lane. With the queue down the reaper does it later."""
    try:
        lanes.announce(job.pk, job.lane)
    except lanes.BrokerDown:
        logger.warning("The queue is down: job %s will be announced later.", job.pk)
        Job.objects.filter(pk=job.pk, status=Status.QUEUED).update(announced_at=None)


def parent_settle(*, parent: UUID) -> None:
    """Count a parent's closed children, and close it after the last one."""
    job = Job.objects.get(pk=parent)
    still_open, failed = Q(status__in=Job.OPEN), Q(status=Status.FAILED)
    count = job.children.aggregate(
        all=Count("pk"), open=Count("pk", filter=still_open), failed=Count("pk", filter=failed)
    )
    since, done = (Status.RUNNING, Status.CANCELLING), count["all"] - count["open"]
    if count["open"]:
        Job.objects.filter(pk=parent, status__in=since).update(done=done)
        return
    ended = {"done": done, "ended": timezone.now()}
    if count["failed"]:
        error = f"{count['failed']} of {count['all']} failed."
        job.move(to=Status.FAILED, since=since, error=error, **ended)
    elif not job.move(to=Status.CANCELLED, since=(Status.CANCELLING,), **ended):
        job.move(to=Status.DONE, since=since, **ended)


def _work(kind: str) -> Work:
    if chore := chores.get(kind):
        return chore
    try:
        return pipelines.get(kind)
    except LookupError as error:
        raise ValidationError({"kind": [str(error)]}) from None


def _described(
    work: Work, gallery: Gallery, by: User, chosen: Any, engine: ModelCard | None
) -> Job:
    """The job, not yet written: what will run, where, and whether somebody is there for it."""
    plan = _plan(work, chosen, gallery)
    served = lanes.alive()
    lane = lane_for(plan, work.urgency, served, engine)
    return Job(
        kind=work.kind,
        gallery=gallery,
        submitted_by=by,
        options=values.to_json(chosen),
        plan=plan.to_json(),
        lane=lane,
        message="" if lane in served else f"Waiting: no worker serves {lane} at the moment.",
    )


def _plan(work: Work, chosen: Any, gallery: Gallery) -> Plan:
    """The models that will run; an empty plan for kinds that run none."""
    if isinstance(work, Chore) or "models" not in {field.name for field in fields(work.inputs)}:
        return Plan()
    tasks = getattr(chosen, "tasks", None) or work.task_names
    wanted, own = (*tasks, *(task.name for task in work.also)), (*work.tasks, *work.also)
    try:
        plan = resolve(wanted, _policy(work, chosen, gallery), own)
    except LookupError as error:
        raise ValidationError({"tasks": [str(error)]}) from None
    if not plan.models or (work.tasks and _lacking(plan, tasks)):
        raise ValidationError({"tasks": [_why_none(tasks)]}, code="no-models")
    return plan


def _lacking(plan: Plan, tasks: tuple[str, ...]) -> set[str]:
    """Tasks that no planned model does."""
    return set(tasks) - {registry.get(name).card.task.name for name in plan.names}


def _why_none(tasks: tuple[str, ...]) -> str:
    cards = [card for card in registry.cards() if card.task.name in tasks]
    if cards and all(card.sensitive for card in cards):
        kinds = ", ".join(sorted({card.sensitive.value for card in cards}))
        return f"This is sensitive, and not turned on: {kinds}."
    return "No model that is installed and allowed here does this."


def _policy(work: Work, chosen: Any, gallery: Gallery) -> Policy:
    """The gallery's; an answer that is not kept may read what its options ask for."""
    if isinstance(work, Pipeline) and work.portrays:
        return policy_for_portraits(gallery)
    if not isinstance(chosen, ReportOptions):
        return policy_for(gallery)
    kinds = frozenset(map(Sensitive, chosen.sensitive))
    return policy_for_answer(gallery, kinds, embeddings=chosen.embeddings)


def _check_asker(work: Work | None, by: User) -> None:
    if isinstance(work, Chore) and work.by_administrators and not by.is_superuser:
        raise PermissionDenied("Only administrators may ask for this.")


def _check_faces(
    work: Work, chosen: Any, gallery: Gallery, photos: Sequence[Photo], by: User
) -> None:
    faces_check(kind=work.kind, options=chosen, gallery=gallery, photos=photos, by=by)
    if isinstance(work, Pipeline) and work.portrays:
        portraits_check(kind=work.kind, options=chosen, gallery=gallery, photos=photos, by=by)


def _subjects(work: Work) -> Subjects:
    return Subjects.NONE if isinstance(work, Chore) else work.subjects


def _check_subjects(work: Work, photos: Sequence[Photo], file: Path | None) -> None:
    if work.kind in ANSWERS and file is None:  # one may read what a gallery has not on
        raise ValidationError({"kind": [NOT_KEPT]})
    if _subjects(work) is Subjects.NONE and photos:
        raise ValidationError({"photos": ["This is not about photos of a gallery."]})
    if _subjects(work) is not Subjects.NONE and not photos:
        raise ValidationError({"photos": ["Name at least one photo."]})
    if isinstance(work, Pipeline) and 0 < len(photos) < work.fewest:
        raise ValidationError({"photos": [f"Name at least {work.fewest} photos."]})
    if len(photos) > MOST_PHOTOS:
        raise ValidationError({"photos": [f"At most {MOST_PHOTOS} photos at once."]})


def _create(job: Job, photos: Sequence[Photo]) -> Job:
    job.announced, job.announced_at = 1, timezone.now()
    job.save(force_insert=True)
    job.photos.add(*photos)
    transaction.on_commit(partial(job_announce, job=job))
    return job


def _family_create(first: Job, photos: Sequence[Photo]) -> Job:
    """A parent with a child a photo, all alike."""
    parent = Job(
        kind=first.kind,
        gallery=first.gallery,
        submitted_by=first.submitted_by,
        options=first.options,
        plan=first.plan,
        message=first.message,
        status=Status.RUNNING,
        total=len(photos),
        started=timezone.now(),
    )
    parent.save(force_insert=True)
    for photo in photos:
        child = Job(
            kind=first.kind,
            gallery=first.gallery,
            submitted_by=first.submitted_by,
            options=first.options,
            plan=first.plan,
            lane=first.lane,
            message=first.message,
            parent=parent,
        )
        _create(child, [photo])
    return parent
