"""Galleries and who is a member of them. They are made by their owners, not here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from webapp.admin.reading import administrator, erased_with, filled
from webapp.models import Gallery, Membership
from webapp.services.audit import audit_write
from webapp.services.closing import gallery_erase


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Gallery)
class GalleryAdmin(admin.ModelAdmin):
    list_display = ("name", "purpose", "owner", "member_count", "photo_count", "created")
    list_filter = ("purpose", "created", ("personal_of", filled("kind", "Personal", "Shared")))
    list_select_related = ("personal_of",)
    list_per_page = 50
    search_fields = ("id", "name", "members__username")
    fields = ("name", "purpose", "personal_of", "created")
    readonly_fields = ("purpose", "personal_of", "created")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gallery]:
        galleries = super().get_queryset(request).defer("sealed_key")
        return galleries.annotate(
            member_count=Count("memberships", distinct=True),
            photo_count=Count("photos", distinct=True),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return erased_with(objs)

    def delete_model(self, request: HttpRequest, obj: Gallery) -> None:
        gallery_erase(gallery=obj, by=administrator(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Gallery]) -> None:
        for gallery in list(queryset):
            gallery_erase(gallery=gallery, by=administrator(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            for member, verb in _changes(formset):
                audit_write(
                    actor=administrator(request),
                    verb=verb,
                    subject=f"user:{member.user_id}",
                    gallery=form.instance.pk,
                    detail=member.role,
                )

    @admin.display(description="personal gallery of")
    def owner(self, gallery: Gallery) -> str | None:
        return gallery.personal_of.username if gallery.personal_of else None

    @admin.display(description="members", ordering="member_count")
    def member_count(self, gallery: Gallery) -> int:
        return gallery.member_count  # type: ignore[attr-defined]

    @admin.display(description="photos", ordering="photo_count")
    def photo_count(self, gallery: Gallery) -> int:
        return gallery.photo_count  # type: ignore[attr-defined]


def _changes(formset: Any) -> list[tuple[Membership, str]]:
    return [
        *((member, "member-add") for member in formset.new_objects),
        *((member, "member-change") for member, _ in formset.changed_objects),
        *((member, "member-remove") for member in formset.deleted_objects),
    ]
