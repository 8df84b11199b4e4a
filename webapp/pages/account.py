"""Password, keys for programs, and what the person's galleries are for."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from webapp.forms.account import KeyForm, PasswordForm, SensitiveForm
from webapp.pages.going import back
from webapp.pages.panel import sensitive_switches
from webapp.pages.photo import submit
from webapp.pages.visit import Visit
from webapp.selectors import galleries, keys, photos
from webapp.services.audit import audit_write
from webapp.services.galleries import sensitive_choose
from webapp.services.keys import key_create, key_revoke


@never_cache
@require_GET
@login_required
def account(request: Visit) -> HttpResponse:
    return page(request)


@never_cache
@require_POST
@sensitive_post_parameters()
@login_required
def password(request: Visit) -> HttpResponse:
    """Change the password; other sessions end, this one stays."""
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return page(request, password_form=form, status=422)
    form.save()
    update_session_auth_hash(request, request.user)
    audit_write(actor=request.user, verb="password-change")
    messages.success(request, "The password is changed.")
    return redirect("account")


@never_cache
@require_POST
@login_required
def key_add(request: Visit) -> HttpResponse:
    """Make a key and show it, this once, with a line that can be pasted into a terminal."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return page(request, key_form=form, status=422)
    _, key = key_create(user=request.user, name=form.cleaned_data["name"])
    address = request.build_absolute_uri(reverse("api-photos"))
    return page(request, new_key=key, address=address)


@require_POST
@login_required
def key_remove(request: Visit, key_id: UUID) -> HttpResponse:
    """Stop accepting a key."""
    key = get_object_or_404(keys.visible_to(request.user), pk=key_id)
    key_revoke(key=key, by=request.user)
    messages.success(request, f"The key {key.name} no longer works.")
    return redirect("account")


@require_POST
@login_required
def sensitive(request: Visit, gallery_id: UUID) -> HttpResponse:
    """Turn a kind of sensitive reading on or off; from a photo's page, read the photo anew."""
    gallery = get_object_or_404(galleries.owned_by(request.user), pk=gallery_id)
    form = SensitiveForm(request.POST, never=galleries.never_read(gallery))
    if not form.is_valid():
        messages.error(request, "That is never read in this gallery.")
        return back(request, "account")
    sensitive_choose(gallery=gallery, by=request.user, **form.choice)
    here = photos.editable_by(request.user).filter(gallery=gallery)
    photo = here.filter(pk=form.cleaned_data["photo"]).first()
    if photo is None:
        return back(request, "account")
    if form.choice["on"]:
        submit(request, photo)
    return redirect("photo", photo.pk)


def page(request: Visit, status: int = 200, **more: object) -> HttpResponse:
    """The account page, with what a form of it answered."""
    found = {
        "keys": keys.visible_to(request.user),
        "password_form": PasswordForm(request.user),
        "galleries": [
            (gallery, sensitive_switches(request.user, gallery))
            for gallery in galleries.visible_to(request.user)
        ],
        "max_mb": settings.MAX_UPLOAD_BYTES // 2**20,
    }
    return render(request, "account/page.html", found | more, status=status)
