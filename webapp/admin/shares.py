"""Share links: who made which, and how often they were opened; never the links themselves."""

from __future__ import annotations

from django.contrib import admin

from webapp.admin.reading import WatchedAdmin
from webapp.models import Gallery, Share


@admin.register(Share)
class ShareAdmin(WatchedAdmin):
    list_display = ("gallery", "made_by", "kind", "count", "views", "expires", "ended")
    list_filter = ("created", "ended")
    list_select_related = ("gallery", "made_by")
    search_fields = ("gallery__name", "made_by__username")
    fields = (*list_display, "view_limit", "title", "why", "created")
    readonly_fields = fields
    ordering = ("-created",)

    def gallery_of(self, row: Share) -> Gallery:
        return row.gallery
