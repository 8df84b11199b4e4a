"""Which made files a user may fetch."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from ml.generation.generate_files import LEARNT_PHOTOS
from ml.generation.portraits_pipeline import BEHIND
from ml.generation.sitting import OTHER_PHOTOS
from ml.geolocation.overhead_pipeline import ABOVE
from ml.types import Report
from webapp.models import Artifact, Face, Gallery, Job, Photo, SensitiveChoice, User
from webapp.selectors import photos
from webapp.selectors.galleries import NEVER_IN_ORGANISATIONS

Someone = User | AnonymousUser
SEVERAL = (OTHER_PHOTOS, LEARNT_PHOTOS)  # facts that hold digests, with "; " between them


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
    stands behind a portrait, was searched from above, or a model saw it or learnt of it."""
    beside = Artifact.objects.filter(run__photo__gallery=photo.gallery_id).exclude(run__photo=photo)
    shows = [Q(**{f"facts__{fact}": photo.sha256}) for fact in (BEHIND, ABOVE)]
    return beside.filter(reduce(or_, shows, _seen(photo)))


def of_face(face: Face) -> QuerySet[Artifact]:
    """Files made of the face, or of others of its name and its photo."""
    return Artifact.objects.filter(Q(face=face) | _seen(face.photo))


def _seen(photo: Photo) -> Q:
    """A model saw the photo, among others, when it made them, or learnt of it before."""
    return reduce(or_, (Q(**{f"facts__{fact}__icontains": photo.sha256}) for fact in SEVERAL))


def named_by(report: Report) -> set[str]:
    """The digests of those other photos that the files of a report hold, or were made of."""
    return _said(report, BEHIND, ABOVE, *SEVERAL)


def seen_by(report: Report) -> set[str]:
    """Those of them that a model saw or learnt of."""
    return _said(report, *SEVERAL)


def _said(report: Report, *facts: str) -> set[str]:
    said = (str(one.facts.get(fact, "")) for one in report.artifacts for fact in facts)
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
