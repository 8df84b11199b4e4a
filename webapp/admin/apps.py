"""Puts our own site in the place of Django's, and our pages on it."""

from __future__ import annotations

import importlib
import pkgutil

from django.contrib.admin.apps import AdminConfig


class ProsopaAdmin(AdminConfig):
    default_site = "webapp.admin.site.ProsopaSite"

    def ready(self) -> None:
        """Import every module of this package; they need models, which are loaded only now."""
        super().ready()
        package = importlib.import_module("webapp.admin")
        for info in pkgutil.iter_modules(package.__path__, "webapp.admin."):
            importlib.import_module(info.name)
