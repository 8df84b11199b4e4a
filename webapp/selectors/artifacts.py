"""Which made files a user may fetch."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from ml.generation.generate_files import OTHER_PHOTOS
from ml.generation.portraits_pipeline import BEHIND
from ml.geolocation.overhead_pipeline import ABOVE
from ml.types import Report
from webapp.models import Artifact, Gallery, Job, Photo, SensitiveChoice, User
from webapp.selectors import photos
from webapp.selectors.galleries import NEVER_IN_ORGANISATIONS

Someone = User | AnonymousUser


def visible_to(user: Someone) -> QuerySet[Artifact]:
    """The files made of the photos the user may see, but of sensitive kinds that are off."""
    return _shown(Artifact.objects.filter(run__photo__in=photos.visible_to(user)))


def editable_by(user: Someone) -> QuerySet[Artifact]:
    """Those the user may delete."""
    return visible_to(user).filter(run__photo__in=photos.editable_by(user))


def made_by(job: Job) -> QuerySet[Artifact]:
    """The files of the runs that this job was the last to fill."""
    return _shown(Artifact.objects.filter(run__job=job).select_related("run__job"))


def holding(photo: Photo) -> QuerySet[Artifact]:
    """Files of other photos of the gallery that hold this one's pixels, or were made of it: it
    stands behind a portrait, was searched from above, or a model saw it."""
    beside = Artifact.objects.filter(run__photo__gallery=photo.gallery_id).exclude(run__photo=photo)
    shows = [Q(**{f"facts__{fact}": photo.sha256}) for fact in (BEHIND, ABOVE)]
    seen = Q(**{f"facts__{OTHER_PHOTOS}__icontains": photo.sha256})
    return beside.filter(reduce(or_, shows, seen))


def named_by(report: Report) -> set[str]:
    """The digests of those other photos that the files of a report hold, or were made of."""
    facts = [artifact.facts for artifact in report.artifacts]
    said = (str(one.get(fact, "")) for one in facts for fact in (BEHIND, ABOVE, OTHER_PHOTOS))
    return {digest for words in said for digest in words.split("; ") if digest}


def of_digests(gallery: Gallery, digests: set[str]) -> QuerySet[Photo]:
    """The gallery's photos whose files have these SHA-256."""
    return Photo.objects.filter(gallery=gallery, sha256__in=digests)


def _shown(artifacts: QuerySet[Artifact]) -> QuerySet[Artifact]:
    """As webapp.selectors.galleries.sensitive_kinds has it, for files of many galleries."""
    on = SensitiveChoice.objects.filter(
        gallery=OuterRef("run__photo__gallery"), kind=OuterRef("run__sensitive")
    )
    never = Q(
        run__photo__gallery__purpose=Gallery.Purpose.ORGANISATION,
        run__sensitive__in=[kind.value for kind in NEVER_IN_ORGANISATIONS],
    )
    return artifacts.filter(Q(run__sensitive="") | Exists(on)).exclude(never)
