"""What portraits were asked for, saved under a name to be asked for again, of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ml.generation.backgrounds import Behind
from ml.generation.portraits_asked import PortraitsOptions
from webapp.jobs.options import FACES, PHOTOS, SAME, named, parse, to_json
from webapp.models import Gallery, PortraitRecipe, User

LONGEST = 80
NAME_IT = "Give the recipe a name, of 80 characters at most."


@transaction.atomic
def recipe_save(
    *, gallery: Gallery, name: str, options: Mapping[str, Any], by: User
) -> PortraitRecipe:
    """Save the options but for whose face and which photo it was; one of that name is replaced.

    Raises:
        ValidationError: it has no name, or what was asked for is not offered.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise ValidationError({"name": [NAME_IT]})
    own = [name for kind in (FACES, SAME, PHOTOS) for name in named(PortraitsOptions, kind)]
    plain = {key: value for key, value in options.items() if key not in own}
    if plain.get("background") == Behind.PHOTO:  # which photo is no wish for anybody
        del plain["background"]
    chosen = to_json(parse(PortraitsOptions, plain))
    for key in own:
        del chosen[key]
    saved = {"options": chosen, "saved_by": by}
    return PortraitRecipe.objects.update_or_create(gallery=gallery, name=name, defaults=saved)[0]


def recipe_delete(*, recipe: PortraitRecipe) -> None:
    """Forget the recipe; what was made by it stays."""
    recipe.delete()
