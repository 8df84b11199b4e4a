"""What most of our admin lists share: rows are looked at here, and changed through services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from webapp.models import Gallery, User
from webapp.services.audit import audit_write


def administrator(request: HttpRequest) -> User:
    """Who is at work; admin_view has let nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list and a page a row, without forms. Counting all rows of a large table is left out."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def filled(title: str, yes: str, no: str) -> type[admin.EmptyFieldListFilter]:
    """A filter by whether a column is filled, in words of its own."""

    class Filled(admin.EmptyFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

        def choices(self, changelist: Any) -> Iterator[Any]:
            words = ("All", no, yes)
            for choice, word in zip(super().choices(changelist), words, strict=True):
                yield {**choice, "display": word}

    return Filled


def erased_with(rows: Any) -> tuple[list[str], dict[str, int], set[str], list[str]]:
    """What Django's page asks to confirm: the rows, told that all of theirs goes with them."""
    told = [f"{row}: with its photos, people, results, jobs and files, for good" for row in rows]
    return told, {}, set(), []


class WatchedAdmin(ReadOnlyAdmin):
    """Looking at one of these rows is written to the audit log."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None:
            looked_at(request, f"{self.opts.model_name}:{object_id}", self.gallery_of(row))
        return super().change_view(request, object_id, form_url, extra_context)

    def gallery_of(self, row: Any) -> Gallery:
        """The gallery whose row this is."""
        raise NotImplementedError


def looked_at(request: HttpRequest, subject: str, gallery: Gallery, detail: str = "") -> None:
    """Write down that an administrator looked at what a user keeps here."""
    audit_write(
        actor=administrator(request),
        verb="admin-view",
        subject=subject,
        gallery=gallery.pk,
        detail=detail,
    )
