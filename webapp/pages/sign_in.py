"""Signing in with a password or a one-time link, and signing out."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from webapp.pages.going import back, next_of
from webapp.services.audit import audit_write
from webapp.services.users import sign_in_failed, sign_in_link_use

BY_LINK = "django.contrib.auth.backends.ModelBackend"
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@form_methods
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; too many failures end in the page of django-axes (429)."""
    if request.user.is_authenticated:
        return back(request)
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        audit_write(actor=form.get_user(), verb="sign-in")
        return back(request)
    if form.is_bound and not getattr(request, "axes_locked_out", False):
        sign_in_failed(username=form.data.get("username", ""))
    return render(request, "sign_in/form.html", {"form": form, "next": next_of(request)})


@never_cache
@form_methods
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: only its button uses it up, so that previews of the link cannot."""
    if request.method != "POST":
        return render(request, "sign_in/link.html")
    user = sign_in_link_use(token=token)
    if user is None:
        return render(request, "sign_in/link_spent.html", status=410)
    login(request, user, backend=BY_LINK)
    return redirect("photos")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        audit_write(actor=request.user, verb="sign-out")
    logout(request)
    return redirect("sign-in")
