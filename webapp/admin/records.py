"""What is only read: the audit log, the installation's settings, accepted licences."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from webapp.admin.reading import ReadOnlyAdmin
from webapp.models import AuditAlias, AuditLine, LicenceAcceptance, Setting


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin):
    """The pseudonym is shown with its name as long as somebody's mapping was not erased."""

    list_display = ("at", "verb", "who", "subject", "gallery", "detail")
    list_filter = ("verb", "at")
    search_fields = ("subject", "verb", "actor", "gallery")
    fields = (*list_display, "actor", "previous", "hash")
    readonly_fields = ("who",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditLine]:
        names = AuditAlias.objects.filter(alias=OuterRef("actor")).values("user__username")
        return super().get_queryset(request).annotate(username=Subquery(names[:1]))

    @admin.display(description="who")
    def who(self, line: AuditLine) -> str:
        if line.actor is None:
            return "the system"
        return line.username or f"erased ({line.actor})"  # type: ignore[attr-defined]


@admin.register(Setting)
class SettingAdmin(ReadOnlyAdmin):
    list_display = fields = ("key", "value")


@admin.register(LicenceAcceptance)
class LicenceAcceptanceAdmin(ReadOnlyAdmin):
    list_display = fields = ("model", "licence", "accepted_by", "created", "digest")
    list_select_related = ("accepted_by",)
    search_fields = ("model", "licence")
