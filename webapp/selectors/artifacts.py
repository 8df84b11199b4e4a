"""Which made files a user may fetch."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from webapp.models import Artifact, Job, User
from webapp.selectors import photos


def editable_by(user: User | AnonymousUser) -> QuerySet[Artifact]:
    """Those the user may delete."""
    return Artifact.objects.filter(run__photo__in=photos.editable_by(user))


def made_by(job: Job) -> QuerySet[Artifact]:
    """The files of the runs that this job was the last to fill."""
    return Artifact.objects.filter(run__job=job)


def visible_to(user: User | AnonymousUser) -> QuerySet[Artifact]:
    """The files that models made of the photos the user may see."""
    return Artifact.objects.filter(run__photo__in=photos.visible_to(user))
