"""Made portraits: whose they are, by what consent, and whether anybody keeps them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.gallery import Gallery
from webapp.models.job import Job
from webapp.models.person import Person
from webapp.models.protection import Consent
from webapp.models.result import Artifact


class Portrait(models.Model):
    """What is known of a made portrait beside its file. rank: among those of its job, best first.
    basis, consented: of the consent in force then. adult: a record said so, and looks were not
    asked. compared: with how many other faces of the person the photo's was, then; null: nobody
    did. decided: when it was kept or discarded."""

    class State(models.TextChoices):
        NEW = "new"
        KEPT = "kept"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    artifact = models.OneToOneField(Artifact, models.CASCADE, related_name="portrait")
    person = models.ForeignKey(Person, models.CASCADE, related_name="portraits")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="portraits")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    rank = models.PositiveIntegerField()
    basis = models.CharField(max_length=8, choices=Consent.Basis)
    consented = models.DateTimeField()
    adult = models.BooleanField()
    compared = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    decided = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created", "rank")

    def __str__(self) -> str:
        return f"portrait {self.state}"


class Adulthood(models.Model):
    """That somebody declared a person to be 18 or older; it outranks how old they look."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="adulthood")
    statement = models.CharField(max_length=300, help_text="how they know")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "declared adult"

    def __str__(self) -> str:
        return "an adult"


class PortraitRecipe(models.Model):
    """What portraits were asked for, under a name, without whose they were."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="portrait_recipes")
    name = models.CharField(max_length=80)
    options = models.JSONField(help_text="ml's PortraitsOptions, without faces")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("gallery", "name"), name="one_recipe_of_a_name"),
        )

    def __str__(self) -> str:
        return self.name
