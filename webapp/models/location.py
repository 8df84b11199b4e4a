"""Where photos were taken: each photo's ledger, and albums whose photos place each other."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery
from webapp.models.job import Job
from webapp.models.photo import Photo


class Location(models.Model):
    """The newest ledger of one photo.

    sealed_ledger: ml.geolocation.ledger.Ledger as JSON. sealed_struck: names of the clues that a
    person struck out, as JSON; they stay struck when the photo is looked at again. model, digest:
    of the card that gathered the clues.
    """

    photo = models.OneToOneField(Photo, models.CASCADE, related_name="location")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="locations")
    model = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, blank=True)
    sealed_ledger = models.BinaryField(editable=False)
    sealed_struck = models.BinaryField(default=bytes, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"location of {self.photo_id}"


class Journey(models.Model):
    """Photos of a gallery that were placed together, in the order of time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="journeys")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="journey")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created", "id")

    def __str__(self) -> str:
        return f"journey of {self.created:%Y-%m-%d}"


class Stop(models.Model):
    """Where one photo of a journey was taken, with the others' help; it goes with its photo.
    sealed_place: ml.geolocation.journey.Placed as JSON."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stops")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="stops")
    position = models.PositiveIntegerField()
    sealed_place = models.BinaryField(editable=False)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.position} of {self.journey_id}"
