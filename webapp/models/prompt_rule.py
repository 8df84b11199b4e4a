"""What a prompt may not ask for, as administrators have it."""

from __future__ import annotations

from django.db import models


class PromptRule(models.Model):
    """Replaces the rule of its name that comes along (ml.generation.prompt_list), or is one more.
    words: a line each; none: it refuses nothing."""

    name = models.SlugField(max_length=40, unique=True)
    why = models.CharField(max_length=200, help_text="A sentence for whoever is refused.")
    words = models.TextField(blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
