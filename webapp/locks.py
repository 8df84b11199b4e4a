"""Who waits for whom in a transaction on PostgreSQL; SQLite has one writer at a time anyway.

Taken in this order, so that no two wait for each other: a photo, its gallery's names, jobs, people
in the order of their ids, what is kept about them, the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from webapp.models import Gallery, Person, Photo

AUDIT = 0x70726F73  # any number that nothing else in the database locks


def photo_held(photo: Photo) -> bool:
    """Whether nobody erased it; and until the transaction ends nobody erases it, stores results
    on it or names its faces."""
    return bool(photos_held([photo]))


def photos_held(photos: Sequence[Photo]) -> list[Photo]:
    """Those of them that nobody erased, held like one. Locked in one order everywhere, so that
    two who hold several never wait for each other."""
    rows = Photo.objects.select_for_update().filter(pk__in=[photo.pk for photo in photos])
    there = set(rows.order_by("pk").values_list("pk", flat=True))
    return [photo for photo in photos if photo.pk in there]


def names_hold(gallery: UUID) -> None:
    """Nobody else gives or takes names in the gallery; adding photos and jobs goes on."""
    bool(Gallery.objects.select_for_update(no_key=True).filter(pk=gallery).values_list("pk"))


def people_hold(people: Sequence[UUID]) -> set[UUID]:
    """Those of them who are still there; until the transaction ends nobody forgets them, withdraws
    their consent, or relies on it."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=people)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def audit_hold() -> None:
    """Nobody else appends to the audit log. A row's lock would not do: the first line has no row
    before it, and who waited for one would not see the line that was added meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT])
