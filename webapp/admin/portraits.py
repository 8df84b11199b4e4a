"""Portraits that were made, and who was declared an adult."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from webapp.admin.reading import WatchedAdmin
from webapp.models import Adulthood, Gallery, Learnt, Portrait


@admin.register(Portrait)
class PortraitAdmin(WatchedAdmin):
    list_display = (
        "person",
        "gallery",
        "state",
        "basis",
        "consented",
        "adult",
        "made_by",
        "created",
    )
    list_filter = ("state", "basis", "adult")
    list_select_related = ("person__gallery", "made_by")
    search_fields = ("person__name", "person__gallery__name", "made_by__username")
    fields = readonly_fields = list_display
    ordering = ("-created",)

    def gallery_of(self, row: Portrait) -> Gallery:
        return row.person.gallery

    @admin.display(description="gallery", ordering="person__gallery__name")
    def gallery(self, row: Portrait) -> str:
        return row.person.gallery.name


@admin.register(Adulthood)
class AdulthoodAdmin(WatchedAdmin):
    list_display = ("person", "gallery", "declared_by", "created")
    list_select_related = ("person__gallery", "declared_by")
    search_fields = ("person__name", "person__gallery__name", "declared_by__username")
    fields = (*list_display, "statement")
    readonly_fields = fields
    ordering = ("-created",)

    def gallery_of(self, row: Adulthood) -> Gallery:
        return row.person.gallery

    @admin.display(description="gallery", ordering="person__gallery__name")
    def gallery(self, row: Adulthood) -> str:
        return row.person.gallery.name


@admin.register(Learnt)
class LearntAdmin(WatchedAdmin):
    list_display = ("person", "gallery", "basis", "consented", "made_by", "created")
    list_select_related = ("person__gallery", "made_by")
    search_fields = ("person__name", "person__gallery__name", "made_by__username")
    fields = (*list_display, "network", "steps", "side", "sha256", "size")
    readonly_fields = fields
    ordering = ("-created",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Learnt]:
        return super().get_queryset(request).defer("sealed_file")

    def gallery_of(self, row: Learnt) -> Gallery:
        return row.person.gallery

    @admin.display(description="gallery", ordering="person__gallery__name")
    def gallery(self, row: Learnt) -> str:
        return row.person.gallery.name
