"""What holds for the whole installation."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Setting(models.Model):
    """An answer of the administrator, e.g. "use" = "household"."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class LicenceAcceptance(models.Model):
    """An administrator accepted a model's licence by name; asked again when the weights change."""

    model = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("model", "digest"), name="accepted_once"),)

    def __str__(self) -> str:
        return f"{self.model}: {self.licence}"
