"""Faces of photos. They outlive the runs that found them: what people said hangs here."""

from __future__ import annotations

import uuid

from django.db import models

from webapp.models.person import Person
from webapp.models.photo import Photo
from webapp.models.run import Run


class Face(models.Model):
    """left, top, right, bottom: pixels of the upright photo. found_by: null when the newest
    detection finds no face where a person, or another tool's file, named one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="faces")
    found_by = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="faces")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="faces")
    position = models.PositiveIntegerField(help_text="order on the photo, from 0")
    left = models.FloatField()
    top = models.FloatField()
    right = models.FloatField()
    bottom = models.FloatField()
    score = models.FloatField()
    points = models.JSONField(null=True, blank=True, help_text="ml.types.Points as JSON")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return f"face {self.position + 1}"


class Embedding(models.Model):
    """A face's vector, sealed with its gallery's key. Its space is its run's."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="embeddings")
    face = models.ForeignKey(Face, models.CASCADE, related_name="embeddings")
    sealed_vector = models.BinaryField(help_text="little-endian float32, sealed")
