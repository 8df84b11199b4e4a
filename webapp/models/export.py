"""Albums as ZIP files, waiting to be fetched."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery
from webapp.models.job import Job
from webapp.models.photo import Photo

EXPORTS = "exports"  # the folder beside those of the gallery's photos


def folder(export: Export, name: str) -> str:
    return f"galleries/{export.gallery_id}/{EXPORTS}/{name}"


class Export(models.Model):
    """A finished ZIP; while one is written there is only its job.

    photos, count: what is in it. It may be given out only while all of them are still there, and
    outside the trash. sensitive: the kinds of sensitive reading in it, by spaces; it may be given
    out only while all of them are on. left_out: files that were asked for and could not be made;
    the album's list says which and why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="export")
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="exports")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    photos = models.ManyToManyField(Photo, related_name="exports")
    count = models.PositiveIntegerField(help_text="of photos")
    sensitive = models.CharField(max_length=100, blank=True)
    left_out = models.PositiveIntegerField(default=0, help_text="of files")
    file = models.FileField(upload_to=folder, max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="bytes")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"{self.count} photos of {self.gallery}"
