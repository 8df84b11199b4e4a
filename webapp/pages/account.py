"""Password, keys for programs, and what the person's galleries are for."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from webapp.forms.account import GalleryForm, KeyForm, PasswordForm, RenameForm, SensitiveForm
from webapp.models import Gallery
from webapp.pages.asking import submit
from webapp.pages.going import back
from webapp.pages.panel import switches_of
from webapp.pages.visit import Visit
from webapp.selectors import galleries, keys, photos
from webapp.services.audit import audit_write
from webapp.services.galleries import gallery_create, gallery_rename, sensitive_choose
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
    lines = lines_with(key, request.build_absolute_uri)
    return page(request, new_key=key, lines=lines)


def lines_with(key: str, absolute: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """What may be pasted into a terminal with the key: id, what it does, and the line."""
    curl = f'curl -H "Authorization: Bearer {key}"'
    photos, analyse = (absolute(reverse(name)) for name in ("api-photos", "api-analyse"))
    sends = f'{curl} -F "file=@photo.jpg"'
    return [
        ("curl-list", "List your photos", f'{curl} "{photos}"'),
        ("curl-upload", "Add photo.jpg to your photos", f'{sends} "{photos}"'),
        ("curl-analyse", "See what photo.jpg says, and keep nothing", f'{sends} "{analyse}"'),
    ]


@require_POST
@login_required
def key_remove(request: Visit, key_id: UUID) -> HttpResponse:
    """Stop accepting a key."""
    key = get_object_or_404(keys.visible_to(request.user), pk=key_id)
    key_revoke(key=key, by=request.user)
    messages.success(request, f"The key {key.name} no longer works.")
    return redirect("account")


@never_cache
@require_POST
@login_required
def gallery_add(request: Visit) -> HttpResponse:
    """Make a gallery of one's own, for what the person says it is for."""
    form = GalleryForm(request.POST)
    if not form.is_valid():
        return page(request, gallery_form=form, status=422)
    gallery = gallery_create(owner=request.user, **form.cleaned_data)
    messages.success(request, f"The gallery {gallery.name} is there.")
    return redirect(f"{reverse('photos')}?gallery={gallery.pk}")


@never_cache
@require_POST
@login_required
def gallery_name(request: Visit, gallery_id: UUID) -> HttpResponse:
    """Give a gallery of one's own another name."""
    gallery = get_object_or_404(galleries.owned_by(request.user), pk=gallery_id)
    form = RenameForm(request.POST)
    if not form.is_valid():
        return page(request, rename_form=form, renaming=gallery.pk, status=422)
    gallery_rename(gallery=gallery, name=form.cleaned_data["name"], by=request.user)
    messages.success(request, f"The gallery is called {gallery.name} now.")
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
        submit(request, gallery, [photo])
    return redirect("photo", photo.pk)


def page(request: Visit, status: int = 200, **more: object) -> HttpResponse:
    """The account page, with what a form of it answered."""
    found = {
        "keys": keys.visible_to(request.user),
        "password_form": PasswordForm(request.user),
        "galleries": [
            switches_of(request.user, gallery)
            for gallery in galleries.visible_to(request.user).order_by("name", "created")
        ],
        "purposes": Gallery.Purpose.choices,
    }
    return render(request, "account/page.html", found | more, status=status)
