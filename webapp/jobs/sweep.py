"""What the reaper does to the rows: lost jobs, forgotten announcements, old trash."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from time import time
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone

from tasks.store import Announcement
from webapp.jobs import artifacts
from webapp.models import Job
from webapp.selectors.jobs import ANSWERS
from webapp.services.exports import exports_tidy
from webapp.services.jobs import parent_settle
from webapp.services.people import consents_expire
from webapp.services.photos import trash_expire
from webapp.services.portrait_erasure import portraits_tidy
from webapp.services.shares import shares_tidy

Status = Job.Status
HELD = (Status.RUNNING, Status.CANCELLING)
POISON = "The worker died {} times on this job, so it was given up."
ANSWER_KEPT = timedelta(minutes=10)
MOST_DOUBLINGS = 5  # an announcement is repeated after a lease, two, four ... at most 32
AT_ONCE = 1000


def sweep(waiting: Mapping[str, int] | None) -> list[Announcement]:
    """See tasks.store.JobStore.sweep. Writes nothing when there is nothing to do."""
    now = timezone.now()
    for row in Job.objects.filter(status__in=HELD, lease__lt=now).defer("partial"):
        _expire(row)
    for parent in Job.objects.filter(status__in=HELD, lane="").values_list("pk", flat=True):
        parent_settle(parent=parent)
    return [] if waiting is None else _announced(waiting, now)


def tidy() -> None:
    """See tasks.store.JobStore.tidy."""
    trash_expire()
    consents_expire()
    forgotten = timezone.now() - ANSWER_KEPT
    Job.objects.filter(kind__in=ANSWERS, created__lt=forgotten).exclude(status__in=HELD).delete()
    portraits_tidy()
    exports_tidy()
    shares_tidy()
    artifacts.tidy()
    _scratch_tidy()


def leases_end() -> None:
    """Let the next round see to every held job: for a start at which no worker can be alive."""
    Job.objects.filter(status__in=HELD, lease__isnull=False).update(lease=timezone.now())


def jobs_release() -> None:
    """Queue what was running when the workers were told to stop: that was no job's fault."""
    Job.objects.filter(status=Status.RUNNING, lease__isnull=False).update(
        status=Status.QUEUED,
        tries=F("tries") - 1,
        lease=None,
        partial=None,
        announced=0,
        announced_at=None,
    )


def _expire(row: Job) -> None:
    """The worker of this attempt is gone: cancel, give up, or queue it again."""
    since, fence, now = (Status(row.status),), row.attempt, timezone.now()
    ended = {"lease": None, "partial": None, "ended": now}
    if row.status == Status.CANCELLING:
        row.move(to=Status.CANCELLED, since=since, fence=fence, **ended)
    elif row.tries >= settings.JOB_ATTEMPTS:
        error = POISON.format(row.tries)
        row.move(to=Status.FAILED, since=since, fence=fence, error=error, **ended)
    else:
        again = {"lease": None, "partial": None, "announced": 0, "announced_at": None}
        row.move(to=Status.QUEUED, since=since, fence=fence, message="Starting again.", **again)


def _announced(waiting: Mapping[str, int], now: datetime) -> list[Announcement]:
    """The queued jobs to announce, already written down as announced.

    Never announced ones, all. Of the others as many, oldest first, as the lane's list lacks,
    each only when its last announcement is long enough ago.
    """
    queued = Job.objects.filter(status=Status.QUEUED)
    due = list(queued.filter(announced_at=None).values_list("pk", "lane")[:AT_ONCE])
    lanes = dict(queued.values_list("lane").annotate(Count("pk")).order_by())
    for lane, rows in lanes.items():
        lacking = rows - waiting.get(lane, 0)
        if lacking > 0:
            due += _overdue(lane, now)[:lacking]
    ids = [pk for pk, _ in due]
    if ids:
        queued.filter(pk__in=ids).update(announced_at=now, announced=F("announced") + 1)
    return [Announcement(pk, lane) for pk, lane in due]


def _overdue(lane: str, now: datetime) -> list[tuple[UUID, str]]:
    """Queued jobs of the lane whose last announcement seems lost, oldest first."""
    rows = Job.objects.filter(
        status=Status.QUEUED, lane=lane, announced_at__lt=now - settings.JOB_LEASE
    )
    told = rows.order_by("announced_at").values_list("pk", "announced_at", "announced")[:AT_ONCE]
    return [(pk, lane) for pk, at, times in told if at and at < now - _patience(times)]


def _patience(times: int) -> timedelta:
    """How long a job announced so often is left alone."""
    return settings.JOB_LEASE * 2 ** min(max(times - 1, 0), MOST_DOUBLINGS)


def _scratch_tidy() -> None:
    """Delete the folders of jobs that are gone or closed, whose answers are in their rows, and the
    uploads of a web server that was killed."""
    if not settings.SCRATCH_DIR.exists():
        return
    now = time()
    live = {str(pk) for pk in Job.objects.filter(status__in=Job.OPEN).values_list("pk", flat=True)}
    for path in settings.SCRATCH_DIR.iterdir():
        with suppress(FileNotFoundError):  # its owner was faster
            old = path.stat().st_mtime < now - ANSWER_KEPT.total_seconds()
            if not old or path.name in live:  # a young one may belong to a row not yet committed
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
