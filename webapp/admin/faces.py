"""Faces, cut out of their photos."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webapp.admin import pictures
from webapp.admin.reading import WatchedAdmin, filled
from webapp.models import Face, Gallery


@admin.register(Face)
class FaceAdmin(WatchedAdmin):
    list_display = ("crop", "photo_link", "number", "score_shown", "person", "found_by", "created")
    list_display_links = ("crop", "number")
    list_filter = (
        ("person", filled("name", "Named", "Not named")),
        ("found_by", filled("newest detection", "Found it", "Missed it")),
        "created",
    )
    list_per_page = 25
    list_select_related = ("photo", "person", "found_by")
    search_fields = ("id", "photo__id", "photo__name", "person__name")
    fields = (
        "large_crop", "photo_link", "number", "score_shown", "person", "found_by", "box",
        "readings_shown", "created",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-created", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Face]:
        return super().get_queryset(request).defer("points", "photo__sealed_exif")

    def gallery_of(self, row: Face) -> Gallery:
        return row.photo.gallery

    @admin.display(description="face")
    def crop(self, face: Face) -> SafeString:
        return pictures.crop(face, face.photo)

    @admin.display(description="face")
    def large_crop(self, face: Face) -> SafeString:
        return pictures.crop(face, face.photo, size=320)

    @admin.display(description="photo", ordering="photo__name")
    def photo_link(self, face: Face) -> SafeString:
        address = reverse("admin:webapp_photo_change", args=(face.photo_id,))
        return format_html('<a href="{}">{}</a>', address, face.photo.name)

    @admin.display(description="number", ordering="position")
    def number(self, face: Face) -> int:
        return face.position + 1

    @admin.display(description="score", ordering="score")
    def score_shown(self, face: Face) -> str:
        return f"{face.score:.2f}"

    @admin.display(description="box, pixels")
    def box(self, face: Face) -> str:
        return f"{face.left:.0f}, {face.top:.0f} to {face.right:.0f}, {face.bottom:.0f}"

    @admin.display(description="number of readings")
    def readings_shown(self, face: Face) -> int:
        return face.readings.count()
