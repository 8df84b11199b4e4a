"""What models said: readings, findings, marks and made files, one row each."""

from __future__ import annotations

import uuid

from django.db import models

from webapp.models.face import Face
from webapp.models.run import Run


class Reading(models.Model):
    """One fact. Exactly one of number and label is filled; neither when `note` says why not.
    other: the second face, where the fact is about two."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="readings")
    face = models.ForeignKey(Face, models.CASCADE, null=True, related_name="readings")
    other = models.ForeignKey(Face, models.CASCADE, null=True, related_name="read_with")
    name = models.CharField(max_length=80)
    number = models.FloatField(null=True)
    label = models.TextField(blank=True)
    score = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)


class Finding(models.Model):
    """A line of evidence; see ml.types.Finding. value is empty when `note` says why not."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    face = models.ForeignKey(Face, models.CASCADE, null=True, related_name="findings")
    name = models.CharField(max_length=80)
    value = models.TextField(blank=True)
    claim = models.CharField(max_length=10, help_text="ml.types.Claim")
    weight = models.FloatField(null=True, help_text="natural logarithm of a likelihood ratio")
    reliability = models.TextField(blank=True)
    layer = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    group = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("pk",)


class Mark(models.Model):
    """Something to draw; see ml.types.Mark."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="marks")
    face = models.ForeignKey(Face, models.CASCADE, null=True, related_name="marks")
    layer = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    paths = models.JSONField(default=list)
    raster = models.BinaryField(default=bytes)
    label = models.TextField(blank=True)
    tone = models.CharField(max_length=20)
    on = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)


def folder(artifact: Artifact, name: str) -> str:
    photo = artifact.run.photo
    return f"galleries/{photo.gallery_id}/{photo.pk}/made/{name}"


class Artifact(models.Model):
    """A made file, under its content's name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="artifacts")
    face = models.ForeignKey(Face, models.CASCADE, null=True, related_name="artifacts")
    kind = models.CharField(max_length=60)
    media_type = models.CharField(max_length=80)
    file = models.FileField(upload_to=folder, max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    facts = models.JSONField(default=dict, help_text="ml.types.Artifact.facts")

    class Meta:
        ordering = ("pk",)
