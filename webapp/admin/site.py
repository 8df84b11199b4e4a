"""The admin site."""

from __future__ import annotations

from django.contrib.admin import AdminSite


class ProsopaSite(AdminSite):
    site_header = site_title = "Prosopa"
    index_title = "Administration"
