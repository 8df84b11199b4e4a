"""Which photos a user may see, change, and find in the trash."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from ml import registry
from ml.registry import Sensitive
from webapp.models import Face, Gallery, Job, Photo, Run, User
from webapp.selectors import galleries
from webapp.selectors.capabilities import installed

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
    """The photos with what a tile shows, in three queries: `newest_jobs`, a list of the photo's
    jobs, newest first, without their provisional reports, and `found_faces`.

    Jobs are read before faces, never after: a job that is done here has all its faces here,
    also when a worker commits between the queries.
    """
    own = Job.objects.filter(share_item=None).defer("partial")  # a link tells of its own jobs
    newest = Prefetch("jobs", own, to_attr="newest_jobs")
    faces = Prefetch("faces", Face.objects.only("photo_id"), to_attr="found_faces")
    return photos.prefetch_related(newest, faces)


def without_open_job(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Those that nobody is looking at or about to."""
    is_open = Job.objects.filter(photos=OuterRef("pk"), status__in=Job.OPEN)
    return photos.exclude(Exists(is_open))


def behind(user: Someone, gallery: Gallery) -> QuerySet[Photo]:
    """The photos with faces that were looked at before a sensitive reading was turned on that is
    on now, and that no job is about to read anew."""
    found = without_open_job(editable_by(user).filter(gallery=gallery))
    found = found.filter(Exists(Face.objects.filter(photo=OuterRef("pk"))))
    lacking = [
        ~Exists(Run.objects.filter(photo=OuterRef("pk"), model__in=models))
        for models in _readers(galleries.sensitive_kinds(gallery))
    ]
    return found.filter(reduce(or_, lacking)) if lacking else found.none()


def _readers(kinds: Iterable[Sensitive]) -> list[list[str]]:
    """For each kind that can be read here, the models that read it."""
    here = installed()
    cards = [card for card in registry.cards() if card.name in here]
    found = [[card.name for card in cards if card.sensitive is kind] for kind in sorted(kinds)]
    return [models for models in found if models]
