"""Galleries: what every photo, person and key belongs to, and who may see it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Gallery(models.Model):
    class Purpose(models.TextChoices):
        LOOK = "look", "Look: find and describe faces, keep no measure of who they are"
        HOUSEHOLD = "household", "Household: private use, faces may be compared within the gallery"
        ORGANISATION = (
            "organisation",
            "Organisation: nobody is recognised before basis, purpose and expiry are recorded",
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=12, choices=Purpose)
    personal_of = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="personal_gallery",
    )
    # The key that seals embeddings and EXIF, wrapped by the key file; b"" once erased.
    sealed_key = models.BinaryField(default=bytes, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="galleries"
    )

    class Meta:
        verbose_name_plural = "galleries"
        ordering = ("name", "created")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner"
        EDITOR = "editor"
        VIEWER = "viewer"

    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("gallery", "user"), name="one_role"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.gallery}"


class SensitiveChoice(models.Model):
    """A kind of sensitive reading that a person turned on for a gallery. No row: off."""

    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="sensitive_choices")
    kind = models.CharField(max_length=20)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("gallery", "kind"), name="chosen_once"),)

    def __str__(self) -> str:
        return self.kind
