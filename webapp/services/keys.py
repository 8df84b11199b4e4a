"""Making and revoking the keys that programs sign in with."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone

from webapp.models import ApiKey, User
from webapp.services.audit import audit_write

PREFIX = "prosopa_"
SHOWN = 12
NOTED_EVERY = timedelta(minutes=1)


def digest_of(key: str) -> str:
    """What is kept of a key. It has 256 random bits, so that a plain hash cannot be guessed."""
    return sha256(key.encode()).hexdigest()


@transaction.atomic
def key_create(*, user: User, name: str) -> tuple[ApiKey, str]:
    """A key for the user's programs: the row, and the key itself, which is never shown again."""
    key = PREFIX + token_urlsafe(32)
    row = ApiKey.objects.create(user=user, name=name, prefix=key[:SHOWN], digest=digest_of(key))
    audit_write(actor=user, verb="key-create", subject=f"key:{row.pk}")
    return row, key


@transaction.atomic
def key_revoke(*, key: ApiKey, by: User) -> ApiKey:
    """Stop accepting the key, from the next request on."""
    key.revoked = timezone.now()
    key.save(update_fields=["revoked"])
    audit_write(actor=by, verb="key-revoke", subject=f"key:{key.pk}")
    return key


def key_use(*, key: str) -> ApiKey | None:
    """The row of a key that works, noting the minute of its use; None for any other."""
    rows = ApiKey.objects.select_related("user")
    row = rows.filter(digest=digest_of(key), revoked=None, user__is_active=True).first()
    now = timezone.now()
    if row and (row.last_used is None or row.last_used < now - NOTED_EVERY):
        ApiKey.objects.filter(pk=row.pk).update(last_used=now)
    return row
