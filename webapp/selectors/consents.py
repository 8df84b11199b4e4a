"""Who agreed to what, where an organisation must ask."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from ml.contracts import DETECTION
from webapp.models import Consent, Face, Gallery, Photo, Run


def unconsented(gallery: Gallery, photos: Iterable[Photo], purpose: Consent.Purpose) -> bool:
    """Whether the photos show a face of nobody who is known to agree to that, named or not: asked
    for in an organisation's gallery only."""
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return False
    there = [photo.pk for photo in photos]
    return showing_strangers(purpose).filter(pk__in=there).exists()


def showing_strangers(purpose: Consent.Purpose) -> QuerySet[Photo, UUID]:
    """Ids of the photos that show such a face. One that nobody has looked at yet may show
    anyone."""
    given = Consent.objects.filter(Consent.in_force(), purpose=purpose).values("person")
    strangers = Face.objects.filter(photo=OuterRef("pk")).exclude(person__in=given)
    looked = Run.objects.filter(photo=OuterRef("pk"), task=DETECTION.name)
    return Photo.objects.filter(Exists(strangers) | ~Exists(looked)).values_list("pk", flat=True)
