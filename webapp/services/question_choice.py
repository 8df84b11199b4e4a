"""Whether a question may be asked of a gallery's photos, and who answers it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from ml import registry
from ml.prompting.pipeline import AskOptions, sensitive
from ml.registry import ModelCard
from webapp.models import Gallery
from webapp.selectors.capabilities import policy_for
from webapp.selectors.galleries import sensitive_kinds


def engine_of(options: Any, gallery: Gallery) -> ModelCard | None:
    """Who answers; None for options that ask nothing.

    Raises:
        ValidationError: the engine is not here, or may not run; or the question is sensitive, and
            that is not turned on.
    """
    if not isinstance(options, AskOptions):
        return None
    if off := sensitive(options) - sensitive_kinds(gallery):
        kinds = ", ".join(sorted(kind.value for kind in off))
        raise ValidationError({"questions": [f"This is sensitive, and not turned on: {kinds}."]})
    card = registry.get(options.engine).card
    if not policy_for(gallery).allows(card):
        raise ValidationError({"engine": [f"{card.title} is not installed, or may not be used."]})
    return card
