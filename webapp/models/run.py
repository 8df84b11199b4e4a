"""That a model looked at a photo: what its results hang from."""

from __future__ import annotations

from django.db import models

from webapp.models.job import Job
from webapp.models.photo import Photo


class Run(models.Model):
    """The newest run of a model over a photo; running it again replaces its results only.

    A run without results says that the model looked and found nothing. What it reads of people
    is said here, not only on the card: results outlive their model, and so does the switch.
    """

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="runs")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="runs")
    model = models.CharField(max_length=80)
    task = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, blank=True)
    recipe = models.PositiveIntegerField()
    seconds = models.FloatField(default=0)
    sensitive = models.CharField(
        max_length=10, blank=True, help_text="ml.registry.Sensitive, of the card as it ran"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("photo", "model"), name="newest_run"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.model
