"""Uploaded photos and the pictures served in their stead."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery


def folder(photo: Photo, name: str) -> str:
    """Files lie by gallery, so that erasing a gallery is erasing a folder."""
    return f"galleries/{photo.gallery_id}/{photo.pk}/{name}"


class Photo(models.Model):
    """One photo of a gallery.

    original: the bytes as uploaded, given to members who ask for them. display: re-encoded,
    upright, at most 2048 px, without metadata. thumbnail: the same, at most 480 px.
    width, height: of the upright original; results are in these pixels.
    clip, time_ms: the film a frame comes from, and when in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="photos")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="photos"
    )
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField(help_text="bytes of the original")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original = models.FileField(upload_to=folder, max_length=255)
    display = models.FileField(upload_to=folder, max_length=255)
    thumbnail = models.FileField(upload_to=folder, max_length=255)
    sealed_exif = models.BinaryField(default=bytes, editable=False)
    notes = models.TextField(blank=True, help_text="what was done to show it, a line each")
    clip = models.UUIDField(null=True, blank=True, db_index=True)
    time_ms = models.PositiveIntegerField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    trashed = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ("-created", "-id")
        constraints = (
            models.UniqueConstraint(fields=("gallery", "sha256"), name="same_file_once"),
        )

    def __str__(self) -> str:
        return self.name
