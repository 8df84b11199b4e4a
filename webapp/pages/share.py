"""What a share link shows to whoever holds it, without signing in: its recipe's pictures, no more.

Every address below /share/ answers the same to a wrong, an expired, a used up and a revoked link.
No page here knows who is signed in, and none sets a cookie but the one that says which share was
opened. Their forms carry no CSRF token: without a Referer (which would tell the link) Django could
not check one, and whoever makes a visitor post here must hold the link himself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from webapp import serving
from webapp.models import Share, ShareItem
from webapp.selectors import shares
from webapp.services.share_views import (
    TooManyOpenings,
    TooManyTries,
    WrongPassword,
    asks_too_often,
    proves,
    share_open,
)

COOKIE = "share"
HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive, noimageindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What is said, and with which status, when a link is not opened.
REFUSALS: dict[type[Exception], tuple[str, int]] = {
    WrongPassword: ("The password is not right. Capitals count.", 403),
    TooManyTries: ("Too many wrong passwords. Try again in 15 minutes.", 429),
    TooManyOpenings: ("Opened too often from here. Try again in 15 minutes.", 429),
}
View = Callable[..., HttpResponse]


def private(*methods: str) -> Callable[[View], View]:
    """Answers that nobody keeps, lists or tells on; 429 for who asks too often."""

    def decorator(view: View) -> View:
        @csrf_exempt
        @sensitive_variables("token", "rest")
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                found: HttpResponse = HttpResponseNotAllowed(methods)
            elif asks_too_often(address_of(request)):
                found = render(request, "share/often.html", status=429)
            else:
                found = view(request, *args, **kwargs)
            for name, value in HEADERS.items():
                found[name] = value
            return found

        return answer

    return decorator


@private("GET", "HEAD", "POST")
@sensitive_post_parameters("password")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The pictures, once the link was opened; before that a door. Only its button counts a view, so
    that previews of the link do not."""
    share = shares.behind(token)
    if share is None:
        return gone(request)
    items = opened(request, share)
    if items:
        return render(request, "share/pictures.html", {"share": share, "items": items})
    if request.method == "POST":
        return enter(request, share)
    return door(request, share)


@private("GET", "HEAD")
def photo(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """One picture, large."""
    share, items = behind(request, token)
    found = [at for at, item in enumerate(items) if item.position == number]
    if share is None or not found:
        return gone(request)
    at = found[0]
    page = {"share": share, "item": items[at], "at": at + 1, "count": len(items)}
    page |= {"before": items[:at][-1:], "after": items[at + 1 :][:1]}
    return render(request, "share/picture.html", page)


@private("GET", "HEAD")
def file(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The made file, to be shown or, with ?save, to be saved under a name that says nothing."""
    _, items = behind(request, token)
    for item in items:
        if item.position == number:
            return serving.shared_file(item, save="save" in request.GET)
    return gone(request)


@private("GET", "HEAD")
def thumbnail(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The made file made small, for the list of them."""
    _, items = behind(request, token)
    for item in items:
        if item.position == number:
            return serving.shared_thumbnail(item)
    return gone(request)


@private("GET", "HEAD")
def unslashed(request: HttpRequest, token: str) -> HttpResponse:
    """The link as some programs cut it; whether it works is not told here."""
    return redirect("share-link", token)


@private("GET", "HEAD")
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below the prefix, which may hold a token all the same."""
    return gone(request)


def behind(request: HttpRequest, token: str) -> tuple[Share | None, list[ShareItem]]:
    """The link's share and its pictures; none for whoever has not opened it."""
    share = shares.behind(token)
    return share, opened(request, share) if share else []


def opened(request: HttpRequest, share: Share) -> list[ShareItem]:
    """The pictures, for whoever opened the link a while ago."""
    return shares.shown(share) if proves(share, request.COOKIES.get(COOKIE, "")) else []


def door(request: HttpRequest, share: Share, fault: str = "", status: int = 200) -> HttpResponse:
    """What stands before the pictures; nothing of the share but its title, and that only where no
    password is asked for."""
    if not shares.may_open(share):
        return gone(request)
    return render(request, "share/door.html", {"share": share, "fault": fault}, status=status)


def enter(request: HttpRequest, share: Share) -> HttpResponse:
    """Count a view, and let the visitor in for as long as one lasts."""
    password = request.POST.get("password", "")
    try:
        proof = share_open(share=share, password=password, address=address_of(request))
    except tuple(REFUSALS) as error:
        return door(request, share, *REFUSALS[type(error)])
    if proof is None:
        return gone(request)
    answer = redirect(request.path)
    answer.set_cookie(
        COOKIE, proof, path=request.path, max_age=settings.SHARE_VIEW, secure=settings.HTTPS,
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


def address_of(request: HttpRequest) -> str:
    """Whence the request comes; "" behind a socket that does not say."""
    return str(request.META.get("REMOTE_ADDR", ""))


def gone(request: HttpRequest) -> HttpResponse:
    """There is nothing behind this link, or no longer: which of both nobody is told."""
    return render(request, "share/gone.html", status=404)
