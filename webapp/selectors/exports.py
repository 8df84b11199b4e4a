"""Whose albums are whose, and whether one may still be given out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Least
from django.utils import timezone

from ml.decode import DISPLAY_SIDE
from webapp.models import Export, Gallery, Job, Photo, User
from webapp.selectors import galleries, photos

Someone = User | AnonymousUser
DRAWN = DISPLAY_SIDE * DISPLAY_SIDE * 3 // 4  # pixels that an annotated photo has at most


def visible_to(user: Someone) -> QuerySet[Export]:
    """The albums the user may fetch and delete, newest first: their own, and all of the galleries
    they own."""
    if not user.is_authenticated:
        return Export.objects.none()
    theirs = Q(made_by=user) | Q(gallery__in=galleries.owned_by(user))
    rows = Export.objects.filter(theirs, gallery__in=galleries.visible_to(user))
    return rows.select_related("gallery", "made_by")


def of_job(user: Someone, job: Job) -> Export | None:
    """The album that the job made, where the user may fetch it."""
    return visible_to(user).filter(job=job).first()


def photos_for(user: Someone, gallery: Gallery, ids: Collection[str]) -> QuerySet[Photo]:
    """The photos an album of the gallery would hold, the oldest first. ids: those asked for; none:
    all."""
    rows = photos.visible_to(user).filter(gallery=gallery).order_by("created", "pk")
    rows = rows.defer("sealed_exif")
    return rows.filter(pk__in=ids) if ids else rows


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an album would hold: photos, bytes of their originals, and pixels of all of them
    once their marks are drawn in."""

    count: int
    size: int
    drawn: int


def extent_of(photos: QuerySet[Photo]) -> Extent:
    """The photos' extent, in one query that loads none of them."""
    drawn = Least(F("width") * F("height"), Value(DRAWN))
    sums = photos.aggregate(count=Count("pk"), size=Sum("size"), drawn=Sum(drawn))
    return Extent(sums["count"], sums["size"] or 0, sums["drawn"] or 0)


def may_hold(
    user: Someone, gallery: Gallery, ids: Collection[UUID], sensitive: Collection[str]
) -> bool:
    """Whether the user may see each of these photos, and each of these kinds is on."""
    there = photos.visible_to(user).filter(gallery=gallery, pk__in=ids).count()
    return there == len(ids) and galleries.sensitive_kinds(gallery).issuperset(sensitive)


def why_withheld(export: Export) -> str:
    """Why the album must not be given out any more, in a sentence; "" while it may."""
    on = galleries.sensitive_kinds(export.gallery)
    if export.expires <= timezone.now():
        return "This ZIP was kept for as long as ZIPs are kept. Make it again."
    if export.photos.filter(trashed=None).count() != export.count:
        return "A photo in this ZIP was moved to the trash or erased. Make it again without it."
    if not on.issuperset(export.sensitive.split()):
        return "A kind of reading in this ZIP is turned off now. Make it again without it."
    return ""
