"""Which jobs a user may see, and waiting for one."""

from __future__ import annotations

from time import monotonic, sleep
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet

from ml.generation.find_mark import KIND as FIND_MARK
from webapp import chores
from webapp.models import Job, Photo, User
from webapp.selectors import galleries

Someone = User | AnonymousUser
LONGEST = 30.0  # seconds anybody may wait for a job
REPORT = "report"
ANSWERS = (REPORT, FIND_MARK)  # about pictures that nobody keeps: whoever asked waits for them
EXPORT = "export"


def visible_to(user: Someone) -> QuerySet[Job]:
    """The jobs of the user's galleries. Stateless answers only whoever asked sees."""
    if not user.is_authenticated:
        return Job.objects.none()
    mine = ~Q(kind__in=ANSWERS) | _own(user)
    return Job.objects.filter(mine, gallery__in=galleries.visible_to(user))


def editable_by(user: Someone) -> QuerySet[Job]:
    """The jobs the user may cancel and retry: who may look only, too, those of their albums."""
    if not user.is_authenticated:
        return Job.objects.none()
    own = Q(kind=EXPORT) & _own(user)
    return visible_to(user).filter(own | Q(gallery__in=galleries.editable_by(user)))


def retryable_by(user: Someone) -> QuerySet[Job]:
    """The jobs the user may ask for again; an album only whoever asked for it: it becomes theirs,
    with what they may see."""
    return editable_by(user).filter(~Q(kind=EXPORT) | _own(user))


def listed_for(user: Someone) -> QuerySet[Job]:
    """What the page of jobs shows, newest first: parents stand for their children, and stateless
    answers are nobody's history."""
    jobs = visible_to(user).filter(parent=None).exclude(kind__in=ANSWERS)
    return jobs.defer("partial").select_related("gallery").prefetch_related("photos")


def failed_for(user: Someone) -> QuerySet[Job]:
    """What failed and the user may try again, newest first. A batch stands for its children."""
    jobs = retryable_by(user).filter(parent=None, status=Job.Status.FAILED)
    return jobs.exclude(kind__in=_not_theirs(user)).defer("partial")


def waiting_for(user: Someone) -> QuerySet[Job]:
    """What waits for its turn and the user may cancel: jobs, and batches of which some wait."""
    queued = Q(status=Job.Status.QUEUED)
    batch = Q(status=Job.Status.RUNNING, lane="", children__status=Job.Status.QUEUED)
    jobs = editable_by(user).filter(queued | batch, parent=None).distinct()
    return jobs.exclude(kind__in=ANSWERS).defer("partial")


def _own(user: Someone) -> Q:
    return Q(submitted_by=user.pk)


def _not_theirs(user: Someone) -> list[str]:
    """Kinds that the user may not ask for again."""
    kept = () if user.is_superuser else chores.kinds()
    return [*ANSWERS, *(chore.kind for chore in kept if chore.by_administrators)]


def newest_of(user: Someone, photo: Photo) -> Job | None:
    """The photo's newest job with its provisional report; None when there never was one. What is
    made for a share link is told beside that link."""
    return visible_to(user).filter(photos=photo, share_item=None).first()


def wait_for(job_id: UUID, seconds: float = LONGEST) -> Job:
    """The job, as soon as it is closed; as it is after `seconds` (at most LONGEST).

    Whoever calls this has asked visible_to before.

    Raises:
        Job.DoesNotExist: it is gone.
    """
    began = monotonic()
    until = began + min(seconds, LONGEST)
    jobs = Job.objects.filter(pk=job_id).values_list("status", flat=True)
    while monotonic() < until and jobs.get() in Job.OPEN:
        # A look costs a quarter of a millisecond: short jobs are met at once, long ones in time.
        pause = min(max(0.005, (monotonic() - began) / 20), 0.25)
        _let_go()
        sleep(min(pause, max(0.0, until - monotonic())))
    return Job.objects.get(pk=job_id)


def _let_go() -> None:
    """Give the connection back to those who wait for one: there are only so many."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()
