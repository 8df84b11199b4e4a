"""What was learnt of a person, to be worn by makers of pictures."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.face import Face
from webapp.models.job import Job
from webapp.models.person import Person
from webapp.models.protection import Consent


class Learnt(models.Model):
    """faces: that it was learnt of; it goes with the first of them that goes, or that is no longer
    said to be the person's. basis, consented: of the consent in force then. network: digest of the
    weights that it changes. sha256, size: of the file before it was sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="learnt")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="learnt")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    faces = models.ManyToManyField(Face, related_name="learnt")
    basis = models.CharField(max_length=8, choices=Consent.Basis)
    consented = models.DateTimeField()
    network = models.CharField(max_length=64)
    steps = models.PositiveIntegerField()
    side = models.PositiveIntegerField(help_text="pixels of the photos")
    sealed_file = models.BinaryField(help_text="safetensors, sealed")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "learnt person"
        verbose_name_plural = "learnt people"

    def __str__(self) -> str:
        return "a learnt person"
