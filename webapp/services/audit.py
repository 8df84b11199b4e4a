"""Writing the audit log."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from webapp.locks import audit_hold
from webapp.models import AuditAlias, AuditLine, User

GENESIS = "0" * 64


@transaction.atomic
def audit_write(
    *,
    actor: User | None,
    verb: str,
    subject: str = "",
    gallery: UUID | None = None,
    detail: str = "",
) -> AuditLine:
    """Append one line. subject: "kind:id". detail: never a name, never a secret."""
    audit_hold()
    last = AuditLine.objects.order_by("-pk").first()
    line = AuditLine(
        at=timezone.now(),
        actor=None if actor is None else AuditAlias.objects.get_or_create(user=actor)[0].alias,
        verb=verb,
        subject=subject,
        gallery=gallery,
        detail=detail,
        previous=GENESIS if last is None else last.hash,
    )
    line.hash = line_hash(line)
    line.save()
    return line


def line_hash(line: AuditLine) -> str:
    """SHA-256 over the previous hash and every field of this line."""
    fields = (line.at.isoformat(), line.actor, line.verb, line.subject, line.gallery, line.detail)
    return sha256("\n".join([line.previous, *map(str, fields)]).encode()).hexdigest()
