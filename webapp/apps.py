"""Django's entry to the app: every model's card and every kind of job is known from the start."""

from __future__ import annotations

from django.apps import AppConfig

from ml import pipelines, registry


class Webapp(AppConfig):
    name = "webapp"
    verbose_name = "Prosopa"

    def ready(self) -> None:
        """Import the cards, which load nothing; a broken model's error is raised."""
        from webapp import chores

        registry.discover()
        pipelines.discover()
        chores.discover()
