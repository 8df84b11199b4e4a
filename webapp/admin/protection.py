"""Who agreed to be protected, what their owners were told, and albums waiting to be fetched."""

from __future__ import annotations

from django.contrib import admin

from webapp.admin.reading import WatchedAdmin
from webapp.models import Alert, Consent, Export, Gallery


@admin.register(Consent)
class ConsentAdmin(WatchedAdmin):
    list_display = ("person", "gallery", "purpose", "basis", "recorded_by", "expires", "created")
    list_filter = ("basis", "expires")
    list_select_related = ("person__gallery", "recorded_by")
    search_fields = ("person__name", "person__gallery__name", "recorded_by__username")
    fields = (*list_display, "statement")
    readonly_fields = fields
    ordering = ("-created",)

    def gallery_of(self, row: Consent) -> Gallery:
        return row.person.gallery

    @admin.display(description="gallery", ordering="person__gallery__name")
    def gallery(self, row: Consent) -> str:
        return row.person.gallery.name


@admin.register(Alert)
class AlertAdmin(WatchedAdmin):
    list_display = ("person", "gallery", "distance", "created", "seen")
    list_filter = ("created", "seen")
    list_select_related = ("person__gallery",)
    search_fields = ("person__name", "person__gallery__name")
    fields = readonly_fields = list_display
    ordering = ("-created",)

    def gallery_of(self, row: Alert) -> Gallery:
        return row.person.gallery

    @admin.display(description="gallery", ordering="person__gallery__name")
    def gallery(self, row: Alert) -> str:
        return row.person.gallery.name


@admin.register(Export)
class ExportAdmin(WatchedAdmin):
    list_display = ("gallery", "made_by", "count", "left_out", "megabytes", "created", "expires")
    list_filter = ("created",)
    list_select_related = ("gallery", "made_by")
    search_fields = ("gallery__name", "made_by__username")
    fields = (*list_display, "sensitive")
    readonly_fields = fields
    ordering = ("-created",)

    def gallery_of(self, row: Export) -> Gallery:
        return row.gallery

    @admin.display(description="size, MB", ordering="size")
    def megabytes(self, row: Export) -> str:
        return f"{row.size / 1e6:.1f}"
