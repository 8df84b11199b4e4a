"""Erasing whole galleries and accounts: at once and final."""

from __future__ import annotations

import shutil
from uuid import UUID

from django.conf import settings
from django.db import transaction

from webapp.models import Gallery, Job, Membership, Share, User
from webapp.selectors.shares import LEFT
from webapp.services.audit import audit_write
from webapp.services.erasure import database_scrub, folder_delete
from webapp.services.shares import shares_end


@transaction.atomic
def gallery_erase(*, gallery: Gallery, by: User) -> None:
    """Destroy the gallery's key, then its photos, people, results, jobs and files.

    What the key sealed stays unreadable in backups that were made without the key's row.
    """
    audit_write(actor=by, verb="gallery-erase", subject=f"gallery:{gallery.pk}", gallery=gallery.pk)
    Gallery.objects.filter(pk=gallery.pk).update(sealed_key=b"")
    jobs = list(Job.objects.filter(gallery=gallery).values_list("pk", flat=True))
    Gallery.objects.filter(pk=gallery.pk).delete()
    transaction.on_commit(lambda: _bytes_erase(gallery.pk, jobs))


@transaction.atomic
def user_erase(*, user: User, by: User) -> None:
    """Delete the account with its keys and the galleries that have no other owner; the audit
    log's lines about it stay and can no longer be tied to anybody."""
    audit_write(actor=by, verb="user-erase", subject=f"user:{user.pk}")
    for gallery in Gallery.objects.filter(memberships__user=user):
        if not _others_own(gallery, user):
            gallery_erase(gallery=gallery, by=by)
    shares_end(shares=Share.objects.filter(made_by=user), why=LEFT)
    Gallery.objects.filter(personal_of=user).update(personal_of=None)
    User.objects.filter(pk=user.pk).delete()


def _others_own(gallery: Gallery, user: User) -> bool:
    owners = gallery.memberships.filter(role=Membership.Role.OWNER)
    return owners.exclude(user=user).exists()


def _bytes_erase(gallery: UUID, jobs: list[UUID]) -> None:
    folder_delete(f"galleries/{gallery}")
    for job in jobs:
        shutil.rmtree(settings.SCRATCH_DIR / str(job), ignore_errors=True)
    database_scrub()
