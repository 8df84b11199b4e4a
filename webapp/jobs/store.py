"""tasks.store.JobStore on the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from textwrap import shorten
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from ml import pipelines
from ml.errors import MLError, Refused
from ml.types import Report
from tasks.store import Announcement, Chore, Claim, StoreBusy
from webapp import chores
from webapp.jobs import folders, inputs, previews, sinks, sweep
from webapp.jobs import options as values
from webapp.jobs.signing import signed
from webapp.locks import photos_held
from webapp.models import Job
from webapp.selectors import artifacts
from webapp.selectors.jobs import ANSWERS
from webapp.services.portrait_rules import job_refused_write

Status = Job.Status
HELD = (Status.RUNNING, Status.CANCELLING)
SOURCE_GONE = "Another photo that this was made of was erased meanwhile: ask again."


@contextmanager
def busy_told() -> Iterator[None]:
    """A database that does not answer in time is no reason to give a job up.

    Raises:
        StoreBusy: instead of Django's error.
    """
    try:
        yield
    except OperationalError as error:
        raise StoreBusy("The database did not answer in time.") from error


class DjangoJobStore:
    def claim(self, job: UUID) -> Claim | None:
        row = Job.objects.select_related("gallery").filter(pk=job, status=Status.QUEUED).first()
        if row is None:
            return None
        try:
            claim = _claim(row)
        except (MLError, LookupError, ValidationError) as error:
            if isinstance(error, Refused):
                job_refused_write(job=row, rule=error.rule)
            _close(row, Status.FAILED, (Status.QUEUED,), error=_sentence(error))
            return None
        won = row.move(
            to=Status.RUNNING,
            since=(Status.QUEUED,),
            fence=row.attempt,
            attempt=F("attempt") + 1,
            tries=F("tries") + 1,
            lease=_lease(),
            started=timezone.now(),
            done=0,
            total=0,
            message="",
            partial=None,
        )
        return claim if won else None

    def beat(self, claim: Claim) -> bool:
        return _held(claim, HELD).update(lease=_lease()) == 1

    def progress(self, claim: Claim, done: int, total: int, message: str) -> bool:
        step = {"done": done, "total": total, "message": message[:200], "lease": _lease()}
        return _held(claim, (Status.RUNNING,)).update(**step) == 1

    def partial(self, claim: Claim, report: Report) -> None:
        if claim.kind in ANSWERS:
            return  # nobody watches it
        # Measures of who somebody is are never written down provisionally.
        shown = replace(report, embeddings=(), artifacts=()).to_json()
        _held(claim, HELD).update(partial=shown | previews.sealed(claim.job, report))

    def finish(self, claim: Claim, report: Report) -> bool:
        row = Job.objects.select_related("gallery").defer("partial").filter(pk=claim.job).first()
        if row is None:  # erased with its only photo, or an answer nobody waits for any more
            return False
        sink, photos = sinks.of_job(row), row.photos_in_order()
        if sink.always_signs or (sink.signs and row.options.get("signed", True)):
            report = signed(claim.kind, photos, report, claim.scratch)
        files = sink.files(photos, report)
        with busy_told(), transaction.atomic():
            named = artifacts.named_by(report)
            there = photos_held([*photos, *artifacts.of_digests(row.gallery, named)])
            if not named <= {photo.sha256 for photo in there}:
                return _close(row, Status.FAILED, HELD, fence=claim.attempt, error=SOURCE_GONE)
            there = [photo for photo in there if photo in photos]
            won = _close(row, Status.DONE, HELD, fence=claim.attempt)
            if won:
                sink.write(row, there, report, files)
        return won

    def done(self, claim: Claim) -> bool:
        return _close(Job(pk=claim.job), Status.DONE, HELD, fence=claim.attempt)

    def fail(self, claim: Claim, sentence: str, *, again: bool, rule: str = "") -> bool:
        row = Job(pk=claim.job)
        if self._stopped(claim):
            return True
        if rule and (job := Job.objects.filter(pk=claim.job, attempt=claim.attempt).first()):
            job_refused_write(job=job, rule=rule)
        if again and _held(claim, HELD).filter(tries__lt=settings.JOB_ATTEMPTS).exists():
            # The reaper announces it after a lease: what failed now may pass then.
            later = {"lease": None, "announced_at": timezone.now(), "partial": None}
            message = shorten(f"Trying again soon. {sentence}", 200, placeholder=" …")
            return row.move(
                to=Status.QUEUED, since=(Status.RUNNING,), fence=claim.attempt, message=message,
                **later,
            )  # fmt: skip
        return _close(
            row, Status.FAILED, (Status.RUNNING,), fence=claim.attempt, error=sentence[:500]
        )

    def cancelled(self, claim: Claim) -> bool:
        return self._stopped(claim)

    def _stopped(self, claim: Claim) -> bool:
        since = (Status.CANCELLING,)
        return _close(Job(pk=claim.job), Status.CANCELLED, since, fence=claim.attempt)

    def chore(self, kind: str) -> Chore | None:
        chore = chores.get(kind)
        return None if chore is None else chore.run

    def sweep(self, waiting: Mapping[str, int] | None) -> Iterable[Announcement]:
        return sweep.sweep(waiting)

    def tidy(self) -> None:
        sweep.tidy()

    def close(self) -> None:
        connection.close()


def _claim(row: Job) -> Claim:
    """What a worker needs for the row's next attempt.

    Raises:
        LookupError, MLError, ValidationError: it cannot run any more.
    """
    chore = chores.get(row.kind)
    pipeline = None if chore else pipelines.get(row.kind)
    options = (chore or pipeline).options  # type: ignore[union-attr]
    return Claim(
        job=row.pk,
        attempt=row.attempt + 1,
        kind=row.kind,
        options=values.parse(options, row.options),
        inputs=None if pipeline is None else inputs.inputs_of(row, pipeline),
        scratch=folders.attempt_folder(row),
        lease=settings.JOB_LEASE.total_seconds(),
    )


def _sentence(error: Exception) -> str:
    words = error.messages[0] if isinstance(error, ValidationError) else str(error)
    return words[:500]


def _lease() -> datetime:
    return timezone.now() + settings.JOB_LEASE


def _held(claim: Claim, statuses: tuple[Status, ...]) -> Any:
    return Job.objects.filter(pk=claim.job, attempt=claim.attempt, status__in=statuses)


def _close(
    row: Job, to: Status, since: tuple[Status, ...], fence: int | None = None, **fields: Any
) -> bool:
    ended = {"lease": None, "partial": None, "ended": timezone.now()} | fields
    return row.move(to=to, since=since, fence=fence, **ended)
