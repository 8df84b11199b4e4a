"""Services outside that photos may be sent to, as an administrator added them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

SECONDS = (MinValueValidator(1), MaxValueValidator(600))
ADAY = (MinValueValidator(1), MaxValueValidator(1_000_000))


class Endpoint(models.Model):
    """A language model that speaks the OpenAI protocol on another machine; off until turned on.

    url: up to and without "/chat/completions". purpose: why photos are sent there, as the button
    that sends them says it. sealed_key: the secret it wants, sealed with the key file; b"" where
    it wants none. private: it may stand at an address of the own network, as Ollama and vLLM do.
    sensitive: it may be asked about sensitive attributes, too, where the gallery's own switch is
    on. daily: requests a day, of all people together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=80, unique=True)
    url = models.CharField("address", max_length=300, help_text="e.g. https://host/v1")
    model = models.CharField(max_length=120, help_text="as the service calls it")
    purpose = models.CharField(
        max_length=120, help_text="the button that sends a photo says it: “… to answer questions”"
    )
    sealed_key = models.BinaryField(default=bytes, editable=False)
    private = models.BooleanField(
        "private address allowed", default=False,
        help_text="for a service on this machine or in its own network",
    )  # fmt: skip
    sensitive = models.BooleanField(
        "sensitive attributes", default=False,
        help_text="may be asked about them, where the gallery has them turned on, too",
    )  # fmt: skip
    enabled = models.BooleanField(default=False, help_text="photos may be sent there")
    daily = models.PositiveIntegerField("requests a day", default=200, validators=ADAY)
    seconds = models.PositiveIntegerField("seconds to wait", default=60, validators=SECONDS)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class EndpointDay(models.Model):
    """How many requests an endpoint was sent on a day, counted by one UPDATE each."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="days")
    day = models.DateField()
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("endpoint", "day"), name="one_day"),)

    def __str__(self) -> str:
        return f"{self.endpoint}, {self.day}: {self.sent}"
