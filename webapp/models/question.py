"""What people asked about photos, and what was answered."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.face import Face
from webapp.models.job import Job
from webapp.models.photo import Photo


class Question(models.Model):
    """One question about one photo, once it was answered or declined.

    job: what looked for the answer; of many photos asked at once its parent is the same. text: as
    the person wrote it, or as the library words it. prompt: its name there, "" for none; version:
    of that. engine: the model's name. host: where the photo was sent, "" when it stayed here.
    options: ml.prompting.pipeline.AskOptions as JSON, with this question alone. faces: ids of the
    photo's faces as the answers number them, null where one is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="questions")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    text = models.TextField()
    prompt = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)
    engine = models.CharField(max_length=80)
    host = models.CharField(max_length=255, blank=True)
    options = models.JSONField(default=dict)
    faces = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created", "id")

    def __str__(self) -> str:
        return self.text[:80]


class Answer(models.Model):
    """What an engine said, of one face or of the photo.

    told: ml.types.Answer as JSON. sensitive: kinds of ml.registry.Sensitive that it tells, by
    space; a switch hides answers as it does readings.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    face = models.ForeignKey(Face, models.CASCADE, null=True, related_name="answers")
    position = models.PositiveIntegerField()
    sensitive = models.CharField(max_length=60, blank=True)
    told = models.JSONField(help_text="ml.types.Answer as JSON")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.position} of {self.question_id}"
