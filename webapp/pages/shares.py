"""Share links as their makers see them: making one, how it stands, extending and revoking it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ml.pipelines import Pipeline
from webapp import serving
from webapp.forms.options import answered, fields_of, values_of
from webapp.forms.shares import DaysForm, ShareForm
from webapp.jobs.options import schema
from webapp.models import Photo, Share
from webapp.pages.jobs import STOP_POLLING
from webapp.pages.sharing import Shared, shared
from webapp.pages.tools import Tool, chosen, faces_of
from webapp.pages.visit import Visit
from webapp.selectors import shares as selectors
from webapp.services.shares import (
    Terms,
    share_create,
    share_extend,
    share_leave_out,
    share_retry,
    share_revoke,
)

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: Visit) -> HttpResponse:
    """First what is done to the photos (where there is a choice), then how the link is shared;
    nothing is changed by asking."""
    said = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and "photo" not in said:
        return render(request, "shares/none.html")
    return asked(request, chosen(request, said.getlist("photo")), said.get("kind", ""))


@never_cache
@require_POST
@login_required
@sensitive_post_parameters("share-password")
def make(request: Visit, kind: str) -> HttpResponse:
    """Make the link, or say what is wrong with what was asked for."""
    rows = chosen(request, request.POST.getlist("photo"))
    recipe = {one.kind: one for one in selectors.recipes(rows[0].gallery)}.get(kind)
    if recipe is None:
        raise Http404
    form = ShareForm(request.POST)
    row = created(request, rows, recipe, form) if form.is_valid() else None
    return redirect("share", row.pk) if row else asked(request, rows, kind, form, status=422)


@never_cache
@require_GET
@login_required
def shares(request: Visit) -> HttpResponse:
    """The links one may see."""
    rows = selectors.visible_to(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = told(request, list(page))
    return render(request, "shares/list.html", {"page": page, "shares": found})


@never_cache
@require_GET
@login_required
def share(request: Visit, share_id: UUID) -> HttpResponse:
    """One link; htmx asks for its fragment each second until its pictures are made."""
    row = get_object_or_404(selectors.visible_to(request.user), pk=share_id)
    (share,) = told(request, [row])
    found = {"share": share, "alone": True}
    if not request.htmx:
        return render(request, "shares/show.html", found)
    status = 200 if share.is_preparing else STOP_POLLING
    return render(request, "shares/partials/live.html", found, status=status)


@require_GET
@login_required
def file(request: Visit, share_id: UUID, number: int) -> HttpResponse:
    """A picture as visitors get it."""
    row = get_object_or_404(selectors.visible_to(request.user), pk=share_id)
    item = get_object_or_404(row.items.exclude(file=""), position=number)
    return serving.shared_file(item, save=False)


@require_GET
@login_required
def thumbnail(request: Visit, share_id: UUID, number: int) -> HttpResponse:
    """The same made small."""
    row = get_object_or_404(selectors.visible_to(request.user), pk=share_id)
    item = get_object_or_404(row.items.exclude(file=""), position=number)
    return serving.shared_thumbnail(item)


@require_POST
@login_required
def revoke(request: Visit, share_id: UUID) -> HttpResponse:
    """Close the link at once."""
    row = get_object_or_404(selectors.visible_to(request.user), pk=share_id)
    share_revoke(share=row, by=request.user)
    messages.success(request, "The link is closed, and its pictures are deleted.")
    return redirect("shares")


@require_POST
@login_required
def extend(request: Visit, share_id: UUID) -> HttpResponse:
    """Let the link work for so many days from now."""
    form = DaysForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    return done(request, share_id, lambda row: share_extend(share=row, by=request.user, days=days))


@require_POST
@login_required
def retry(request: Visit, share_id: UUID) -> HttpResponse:
    """Try again to make the missing pictures."""
    return done(request, share_id, lambda row: share_retry(share=row, by=request.user))


@require_POST
@login_required
def leave_out(request: Visit, share_id: UUID) -> HttpResponse:
    """Share the link without what could not be made."""
    return done(request, share_id, lambda row: share_leave_out(share=row, by=request.user))


def done(request: Visit, share_id: UUID, act: Callable[[Share], Any]) -> HttpResponse:
    """Back to the link, after something was done to it or with the reason why not."""
    row = get_object_or_404(selectors.visible_to(request.user), pk=share_id)
    try:
        act(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("share", row.pk)


def asked(
    request: Visit, rows: list[Photo], kind: str, form: ShareForm | None = None, status: int = 200
) -> HttpResponse:
    """The page on which a recipe is chosen, or its link is described."""
    faces = faces_of(request.user, rows)
    recipes = [
        Tool(one.kind, one.title, one.help, fields_of(one.options, faces))
        for one in selectors.recipes(rows[0].gallery)
    ]
    if form is not None:
        recipes = [
            replace(one, fields=answered(one.fields, request.POST, form.faults)) for one in recipes
        ]
    found = {"photos": rows, "recipes": recipes, "form": form or ShareForm()}
    found["recipe"] = next((one for one in recipes if one.kind == kind), None)
    if len(recipes) == 1:
        found["recipe"] = recipes[0]
    return render(request, "shares/new.html", found, status=status)


def created(
    request: Visit, rows: list[Photo], recipe: Pipeline[Any, Any], form: ShareForm
) -> Share | None:
    """The share; None, and the form says why, where it may not be made."""
    options = values_of(recipe.options, request.POST)
    names = schema(recipe.options)["properties"]
    try:
        return share_create(
            gallery=rows[0].gallery, photos=rows, by=request.user, kind=recipe.kind,
            options=options, terms=Terms(**form.cleaned_data),
        )  # fmt: skip
    except ValidationError as error:
        form.told(error, names)
        return None


def told(request: HttpRequest, rows: Sequence[Share]) -> list[Shared]:
    """The links in words, each with its address as long as it works."""
    standings = selectors.standings(rows)
    return [shared(row, standings[row.pk], address_of(request, row)) for row in rows]


def address_of(request: HttpRequest, row: Share) -> str:
    """The whole link; "" once it has ended."""
    token = selectors.token_of(row)
    return request.build_absolute_uri(reverse("share-link", args=[token])) if token else ""
