"""Puts our own site in the place of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class ProsopaAdmin(AdminConfig):
    default_site = "webapp.admin.site.ProsopaSite"
