"""People that users named."""

from __future__ import annotations

import uuid

from django.db import models

from webapp.models.gallery import Gallery


class Person(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="people")
    name = models.CharField(max_length=120)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "people"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
