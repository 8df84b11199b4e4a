"""The admin site: signing in happens on our own page, and the models have a page of their own."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse


class ProsopaSite(AdminSite):
    site_header = site_title = "Prosopa"
    index_title = "Administration"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators are superusers: there are no half rights to other people's photos."""
        return request.user.is_active and request.user.is_superuser

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who signed in and is no administrator finds nothing here, whatever the address."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return found

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One form to sign in with, and one lock on it."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(
            request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL
        )

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from webapp.admin import evaluations_page
        from webapp.admin import models_page as pages

        def at(route: str, view: Any, name: str, top: str = "models") -> URLPattern:
            return path(f"{top}/{route}", self.admin_view(view), name=name)

        own = [
            at("", pages.models_page, "models"),
            at("fetches", pages.fetches, "model-fetches"),
            at("fetches/<uuid:job_id>/cancel", pages.cancel, "model-fetch-cancel"),
            at("core/fetch", pages.fetch, "models-fetch"),
            at("model/<slug:name>/fetch", pages.fetch, "model-fetch"),
            at("model/<slug:name>/accept", pages.accept, "model-accept"),
            at("model/<slug:name>/verify", pages.verify, "model-verify"),
            at("model/<slug:name>/remove", pages.remove, "model-remove"),
        ]
        measured = [
            at("", evaluations_page.results, "evaluations", "evaluations"),
            at("compare", evaluations_page.compare, "evaluations-compare", "evaluations"),
            at("run/<slug:name>", evaluations_page.result, "evaluation", "evaluations"),
        ]
        return [*own, *measured, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Django's list of what can be administered, with the page of models first."""
        apps = super().get_app_list(request, app_label)
        locked = [app | {"name": "Signing in"} for app in apps if app["app_label"] == "axes"]
        apps = [app for app in apps if app["app_label"] != "axes"]
        if app_label is None and self.has_permission(request):
            own = {
                "name": "Models",
                "app_label": "models",
                "app_url": reverse("admin:models"),
                "has_module_perms": True,
                "models": [
                    _page("Models and licences", "models"),
                    _page("Evaluations", "evaluations"),
                ],
            }
            return [own, *apps, *locked]
        return [*apps, *locked]


def _page(title: str, name: str) -> dict[str, Any]:
    """A page of ours in the list of what can be administered."""
    return {
        "name": title,
        "object_name": name.title(),
        "admin_url": reverse(f"admin:{name}"),
        "add_url": None,
        "view_only": True,
        "perms": {},
    }
