"""The audit log: append-only, hash-chained, about pseudonyms."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class AuditAlias(models.Model):
    """Which pseudonym stands for a user. Deleting the row makes the lines anonymous."""

    alias = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="audit_alias"
    )


class AuditLine(models.Model):
    """One act. hash: SHA-256 over the previous line's hash and this line's fields."""

    at = models.DateTimeField()
    actor = models.UUIDField(null=True, help_text="an AuditAlias; null: the system")
    verb = models.CharField(max_length=40)
    subject = models.CharField(
        max_length=80, blank=True, help_text="kind:id of what it was done to"
    )
    gallery = models.UUIDField(null=True)
    detail = models.CharField(max_length=200, blank=True, help_text="never a name, never a secret")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}".strip()
