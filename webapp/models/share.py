"""Links under which made pictures are shown to people who have no account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery
from webapp.models.job import Job
from webapp.models.photo import Photo

SHARES = "shares"  # the folder beside those of the gallery's photos


class Share(models.Model):
    """Photos of a gallery with one recipe applied, behind a secret link.

    kind, options: the recipe: a pipeline that is shareable, and its Options as JSON. digest:
    SHA-256 of the link's token; sealed_token: the token, sealed with the gallery's key, so that
    the link can be copied again though whoever has the database alone has no link; b"" once the
    share has ended. password: as Django hashes them; "": none. count: of photos; it is shown only
    while all of them are still there, and outside the trash. views: openings that were counted.
    ended, why: when it was revoked, or found to show what it must not, and the reason in a
    sentence.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="shares")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    kind = models.CharField(max_length=40)
    options = models.JSONField(default=dict, help_text="the pipeline's Options as JSON")
    title = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    sealed_token = models.BinaryField(editable=False)
    password = models.CharField(max_length=128, blank=True)
    count = models.PositiveIntegerField(help_text="of photos")
    views = models.PositiveIntegerField(default=0)
    view_limit = models.PositiveIntegerField(null=True, blank=True)
    last_viewed = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(db_index=True)
    ended = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return self.title


def folder(item: ShareItem, name: str) -> str:
    return f"galleries/{item.share.gallery_id}/{SHARES}/{name}"


class ShareItem(models.Model):
    """One photo of a share: the job that applies the recipe, and what it made.

    position: from 1, the only number that visitors see. file: "" until the job is done. It is the
    share's own copy, and goes with it. thumbnail: the same, 480 px at most, never of the photo.
    """

    share = models.ForeignKey(Share, models.CASCADE, related_name="items")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="share_items")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="share_item")
    position = models.PositiveIntegerField()
    file = models.FileField(upload_to=folder, max_length=255, blank=True)
    thumbnail = models.FileField(upload_to=folder, max_length=255, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("share", "position"), name="one_place"),)

    def __str__(self) -> str:
        return f"{self.position} of {self.share}"
