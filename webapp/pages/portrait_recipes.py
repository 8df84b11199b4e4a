"""Recipes of portraits, saved from the form and forgotten."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ml.generation.portraits_asked import PortraitsOptions
from webapp.forms.ids import optional_id
from webapp.forms.options import values_of
from webapp.pages.portraits import address
from webapp.pages.visit import Visit
from webapp.selectors import photos as photo_selectors
from webapp.selectors import portrait_recipes as selectors
from webapp.services.portrait_recipes import recipe_delete, recipe_save


@require_POST
@login_required
def save(request: Visit, photo_id: UUID) -> HttpResponse:
    """Save what the form of the photo's portraits says, but for whose face it is."""
    photo = get_object_or_404(photo_selectors.editable_by(request.user), pk=photo_id)
    options = values_of(PortraitsOptions, request.POST)
    name = request.POST.get("recipe-name", "")
    try:
        recipe = recipe_save(gallery=photo.gallery, name=name, options=options, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(address(photo))
    messages.success(request, f"Saved as “{recipe.name}”: use it for anybody in this gallery.")
    return redirect(f"{address(photo)}&recipe={recipe.pk}")


@require_POST
@login_required
def forget(request: Visit, recipe_id: UUID) -> HttpResponse:
    """Forget a recipe; back to the photo where that was asked."""
    recipe = get_object_or_404(selectors.editable_by(request.user), pk=recipe_id)
    recipe_delete(recipe=recipe)
    messages.success(request, f"“{recipe.name}” is forgotten. What was made by it stays.")
    photo = optional_id(request.POST.get("photo"))
    if photo is None:
        return redirect("photos")
    return redirect(address(get_object_or_404(photo_selectors.visible_to(request.user), pk=photo)))
