"""Photos of all galleries: trash, restore, erase, analyse again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from webapp import serving
from webapp.admin import pictures
from webapp.admin.reading import WatchedAdmin, administrator, filled, looked_at
from webapp.models import Gallery, Photo
from webapp.services.jobs import job_submit
from webapp.services.photos import photo_erase, photo_restore, photo_trash

SERVE = {"thumbnail": serving.thumbnail_file, "display": serving.display_file}


@admin.register(Photo)
class PhotoAdmin(WatchedAdmin):
    list_display = (
        "picture", "name", "gallery", "uploaded_by", "face_count", "pixels", "created", "trashed",
    )  # fmt: skip
    list_display_links = ("picture", "name")
    list_filter = (
        ("trashed", filled("trash", "In the trash", "Not in the trash")),
        "media_type",
        "gallery__purpose",
        "created",
    )
    list_select_related = ("gallery", "uploaded_by")
    search_fields = ("id", "name", "gallery__name", "uploaded_by__username")
    fields = (
        "large", "name", "gallery", "uploaded_by", "media_type", "size", "pixels", "face_count",
        "notes", "sha256", "created", "trashed",
    )  # fmt: skip
    readonly_fields = ("large", "pixels", "face_count")
    actions = ("analyse_again", "trash", "restore", "erase")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photo]:
        photos = super().get_queryset(request).defer("sealed_exif")
        return photos.annotate(face_count=Count("faces"))

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(self.file)
        own = path("<uuid:photo_id>/files/<slug:which>", file, name="photo-file")
        return [own, *super().get_urls()]

    def file(self, request: HttpRequest, photo_id: UUID, which: str) -> HttpResponseBase:
        """A photo's picture; that it was looked at is written down."""
        photo = Photo.objects.select_related("gallery").filter(pk=photo_id).first()
        if photo is None or which not in SERVE or not self.has_view_permission(request, photo):
            raise Http404
        response = SERVE[which](request, photo)
        if response.status_code == 200:  # a browser that only asks whether it changed saw it
            looked_at(request, f"photo:{photo.pk}", photo.gallery, which)
        return response

    def gallery_of(self, row: Photo) -> Gallery:
        return row.gallery

    @admin.display(description="photo")
    def picture(self, photo: Photo) -> SafeString:
        return pictures.thumbnail(photo.pk, photo.name)

    @admin.display(description="photo")
    def large(self, photo: Photo) -> SafeString:
        return pictures.large(photo)

    @admin.display(description="faces", ordering="face_count")
    def face_count(self, photo: Photo) -> int:
        return photo.face_count  # type: ignore[attr-defined]

    @admin.display(description="pixels", ordering="width")
    def pixels(self, photo: Photo) -> str:
        return f"{photo.width} × {photo.height}"

    @admin.action(description="Analyse again")
    def analyse_again(self, request: HttpRequest, photos: QuerySet[Photo]) -> None:
        rows = photos.filter(trashed=None).select_related("gallery")
        count = 0
        for photo in rows:
            try:
                job_submit(
                    kind="analyse",
                    gallery=photo.gallery,
                    photos=[photo],
                    by=administrator(request),
                    options={},
                )
            except ValidationError as error:
                messages.error(request, f"{photo}: {' '.join(error.messages)}")
            else:
                count += 1
        messages.success(request, f"{_count(count)} to be analysed again.")

    @admin.action(description="Put into the trash")
    def trash(self, request: HttpRequest, photos: QuerySet[Photo]) -> None:
        rows = list(photos.filter(trashed=None))
        for photo in rows:
            photo_trash(photo=photo, by=administrator(request))
        messages.success(request, f"{_count(len(rows))} put into the trash.")

    @admin.action(description="Restore from the trash")
    def restore(self, request: HttpRequest, photos: QuerySet[Photo]) -> None:
        rows = list(photos.exclude(trashed=None))
        for photo in rows:
            photo_restore(photo=photo, by=administrator(request))
        messages.success(request, f"{_count(len(rows))} restored.")

    @admin.action(description="Erase for good…")
    def erase(self, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            return self._ask_first(request, photos)
        rows = list(photos)
        for photo in rows:
            photo_erase(photo=photo, by=administrator(request))
        messages.success(request, f"{_count(len(rows))} erased.")
        return None

    def _ask_first(self, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Erase for good?",
            "photos": photos.select_related("gallery"),
            "opts": self.opts,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/erase.html", context)


def _count(number: int) -> str:
    return "1 photo" if number == 1 else f"{number} photos"
