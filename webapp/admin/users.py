"""Users: making, disabling and erasing accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from webapp.admin.reading import ReadOnlyAdmin, administrator, erased_with, filled
from webapp.models import ApiKey, User
from webapp.services.accounts import user_change, user_create, user_disable, user_enable
from webapp.services.audit import audit_write
from webapp.services.closing import user_erase
from webapp.services.keys import key_revoke

admin.site.unregister(Group)  # galleries say who may do what


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = (
        "username", "email", "is_active", "is_superuser", "gallery_count", "date_joined",
        "last_login",
    )  # fmt: skip
    list_filter = ("is_active", "is_superuser", "date_joined")
    list_per_page = 50
    search_fields = ("username", "email")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        ("Rights", {"fields": ("is_active", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("Rights", {"fields": ("is_superuser",)}),
    )
    filter_horizontal = ()
    actions = ("disable", "enable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).annotate(gallery_count=Count("memberships"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out: so there is always an administrator."""
        own = ("is_active", "is_superuser") if obj == request.user else ()
        return ("date_joined", "last_login", *own)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj != request.user

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return erased_with(objs)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        user_erase(user=obj, by=administrator(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = administrator(request)
        for user in queryset.exclude(pk=by.pk):
            user_erase(user=user, by=by)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by = administrator(request)
        if change:
            user_change(user=obj, by=by, changed=form.changed_data)
        else:
            user_create(user=obj, by=by)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Who sets somebody's password can sign in as them: it is written down."""
        user = self.get_object(request, id)
        response = super().user_change_password(request, id, form_url)
        if user and not User.objects.filter(pk=user.pk, password=user.password).exists():
            audit_write(actor=administrator(request), verb="password-set", subject=f"user:{id}")
        return response

    @admin.display(description="galleries", ordering="gallery_count")
    def gallery_count(self, user: User) -> int:
        return user.gallery_count  # type: ignore[attr-defined]

    @admin.action(description="Disable (not yourself)")
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        by = administrator(request)
        rows = list(users.filter(is_active=True).exclude(pk=by.pk))
        for user in rows:
            user_disable(user=user, by=by)
        messages.success(request, f"{len(rows)} disabled.")

    @admin.action(description="Enable")
    def enable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        rows = list(users.filter(is_active=False))
        for user in rows:
            user_enable(user=user, by=administrator(request))
        messages.success(request, f"{len(rows)} enabled.")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "user", "created", "last_used", "revoked")
    list_filter = (("revoked", filled("state", "Revoked", "Works")), "created")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    fields = list_display
    actions = ("revoke",)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        rows = list(keys.filter(revoked=None))
        for key in rows:
            key_revoke(key=key, by=administrator(request))
        messages.success(request, f"{len(rows)} revoked.")
