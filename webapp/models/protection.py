"""People who are protected: what they agreed to, photos that truly show them, and alerts."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from webapp.models.face import Face
from webapp.models.person import Person


class Consent(models.Model):
    """That a person agreed to one purpose. Withdrawing deletes the row; that it was there is a line
    of the audit log.

    expires: the last day it holds; None: until it is withdrawn.
    """

    class Purpose(models.TextChoices):
        PROTECTION = "protection", "To check whether photos said to show them are genuine"
        SHARING = "sharing", "To show photos of them to whoever has a share link"
        EXTERNAL = "external", "To send photos of them to a named service outside"
        GENERATION = "generation", "To make new portraits of them"

    class Basis(models.TextChoices):
        SELF = "self", "This is me"
        AGREED = "agreed", "They agreed"
        GUARDIAN = "guardian", "I decide for them as a parent or guardian"

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose)
    basis = models.CharField(max_length=8, choices=Basis)
    statement = models.CharField(max_length=300, blank=True, help_text="who agreed, and how")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    expires = models.DateField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "purpose"), name="consents_once"),)

    def __str__(self) -> str:
        return f"{self.purpose}: {self.basis}"

    @staticmethod
    def in_force() -> models.Q:
        """Of those that have not expired."""
        return models.Q(expires=None) | models.Q(expires__gte=timezone.localdate())


class Enrolment(models.Model):
    """That a face of the person's gallery truly shows the person. A face is of one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    face = models.OneToOneField(Face, models.CASCADE, related_name="enrolment")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("added", "pk")

    def __str__(self) -> str:
        return f"{self.face} is {self.person}"


class Alert(models.Model):
    """That a face of a new photo looks like a protected person. distance: of ml.likeness.
    seen: when somebody said that they know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="alerts")
    face = models.ForeignKey(Face, models.CASCADE, related_name="alerts")
    distance = models.FloatField()
    created = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "-pk")
        constraints = (models.UniqueConstraint(fields=("person", "face"), name="alerted_once"),)

    def __str__(self) -> str:
        return f"{self.face} looks like {self.person}"
