"""Making accounts, letting people in and keeping them out."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from webapp.models import Gallery, User
from webapp.selectors.installation import use
from webapp.services.audit import audit_write
from webapp.services.galleries import gallery_create


@transaction.atomic
def user_create(*, user: User, by: User) -> User:
    """Save a new account (with its password already set) and make its personal gallery, for what
    the installation is for."""
    user.is_staff = user.is_superuser
    user.save(force_insert=True)
    purpose = use() or Gallery.Purpose.LOOK
    gallery_create(name="My photos", purpose=purpose, owner=user, personal=True)
    audit_write(actor=by, verb="user-create", subject=f"user:{user.pk}")
    return user


@transaction.atomic
def user_change(*, user: User, by: User, changed: Iterable[str]) -> User:
    """Save an account. changed: names of the fields that differ."""
    user.is_staff = user.is_superuser
    user.save()
    audit_write(
        actor=by, verb="user-change", subject=f"user:{user.pk}", detail=", ".join(changed)[:200]
    )
    return user


@transaction.atomic
def user_disable(*, user: User, by: User) -> User:
    """Keep the account out: its sessions and keys stop working with the next request."""
    return _switch(user, by, active=False)


@transaction.atomic
def user_enable(*, user: User, by: User) -> User:
    """Let the account in again."""
    return _switch(user, by, active=True)


def _switch(user: User, by: User, *, active: bool) -> User:
    user.is_active = active
    user.save(update_fields=["is_active"])
    verb = "user-enable" if active else "user-disable"
    audit_write(actor=by, verb=verb, subject=f"user:{user.pk}")
    return user
