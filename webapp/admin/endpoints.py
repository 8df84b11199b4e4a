"""Services outside that photos may be sent to: added here, by administrators, and off at first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from webapp.admin.reading import administrator
from webapp.models import Endpoint
from webapp.services.endpoints import endpoint_check, endpoint_delete, endpoint_save


class EndpointForm(forms.ModelForm):
    """The key is written and never shown."""

    key = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="The secret that the service wants. Left empty, the one there is stays.",
    )
    forget_key = forms.BooleanField(required=False, label="Forget the key there is")

    class Meta:
        model = Endpoint
        fields = (
            *("title", "url", "model", "purpose", "private", "sensitive", "enabled", "daily"),
            "seconds",
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            endpoint_check(url=found.get("url", ""), private=bool(found.get("private")))
        except ValidationError as error:
            self.add_error("url", error.message_dict["url"])
        return found

    def new_key(self) -> str | None:
        """As endpoint_save takes it."""
        if self.cleaned_data["forget_key"]:
            return ""
        return self.cleaned_data["key"] or None


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):
    form = EndpointForm
    list_display = ("title", "url", "model", "enabled", "sensitive", "private", "daily", "today")
    search_fields = ("title", "url", "model")
    list_per_page = 50
    actions = None
    fieldsets = (
        (None, {"fields": ("title", "url", "private", "model", "purpose")}),
        ("Key", {"fields": ("key", "forget_key")}),
        ("What it may do", {"fields": ("enabled", "sensitive", "daily", "seconds")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        return super().get_queryset(request).prefetch_related("days")

    @admin.display(description="sent today")
    def today(self, row: Endpoint) -> int:
        return sum(day.sent for day in row.days.all() if day.day == timezone.localdate())

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        by, changed = administrator(request), form.changed_data
        endpoint_save(endpoint=obj, by=by, key=form.new_key(), changed=changed)

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        endpoint_delete(endpoint=obj, by=administrator(request))
