"""Which photos a user may see, change, and find in the trash."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, QuerySet

from webapp.models import Job, Photo, User
from webapp.selectors import galleries

Someone = User | AnonymousUser


def with_trash(user: Someone) -> QuerySet[Photo]:
    """Every photo of the user's galleries, in the trash too."""
    return Photo.objects.filter(gallery__in=galleries.visible_to(user)).select_related("gallery")


def visible_to(user: Someone) -> QuerySet[Photo]:
    """The photos of the user's galleries that are not in the trash, newest first."""
    return with_trash(user).filter(trashed=None)


def editable_by(user: Someone) -> QuerySet[Photo]:
    """The photos outside the trash that the user may analyse again, name faces on and delete."""
    return visible_to(user).filter(gallery__in=galleries.editable_by(user))


def in_trash(user: Someone) -> QuerySet[Photo]:
    """The trashed photos that the user may restore or erase, last trashed first."""
    trashed = with_trash(user).filter(trashed__isnull=False)
    return trashed.filter(gallery__in=galleries.editable_by(user)).order_by("-trashed", "-id")


def erasable_by(user: Someone) -> QuerySet[Photo]:
    """What the user may erase, in the trash or not."""
    return with_trash(user).filter(gallery__in=galleries.editable_by(user))


def for_grid(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """The photos with what a tile shows, in two queries: `face_count` and `newest_jobs`, a list
    of the photo's jobs, newest first, without their provisional reports."""
    newest = Prefetch("jobs", Job.objects.defer("partial"), to_attr="newest_jobs")
    # Grouping drops the model's own order, so it is said here.
    counted = photos.order_by("-created", "-id").annotate(face_count=Count("faces"))
    return counted.prefetch_related(newest)
