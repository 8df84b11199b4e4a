"""Whether a question may be asked of photos, who answers it, and whether they may go there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from ml import registry
from ml.authenticity.pipeline import AuthenticateOptions
from ml.generation.generate_asked import GenerateOptions
from ml.geolocation.pipeline import LocateOptions
from ml.prompting.pipeline import REMOTE, AskOptions, sensitive
from ml.prompting.search_pipeline import SearchOptions
from ml.prompting.touchy import touches
from ml.registry import ModelCard, Sensitive
from webapp.models import Consent, Endpoint, Gallery, Photo
from webapp.selectors.capabilities import policy_for
from webapp.selectors.consents import unconsented
from webapp.selectors.galleries import SWITCHES, sensitive_kinds

EXTERNAL = Consent.Purpose.EXTERNAL
NOT_THERE = "There is no such service outside, or it is turned off."
NOT_ASKED = "This service outside is not asked what is sensitive: the administrator has that off."
TYPED = "This asks for what is sensitive. Switched off in this gallery: {}."
# Words of attention ("alert", "focus on") have other uses: the engine declines those.
REFUSED = SWITCHES.keys() - {Sensitive.ATTENTION}
NO_CONSENT = (
    "From an organisation's gallery only photos of people who agreed to that are sent elsewhere: "
    "name those on the photo, and record it on their pages."
)


def engine_of(options: Any, gallery: Gallery, photos: Sequence[Photo]) -> ModelCard | None:
    """Who answers, or makes pictures; None for options that ask nobody.

    Raises:
        ValidationError: the engine is not here, or may not run; the question is sensitive, and
            that is not turned on; or the photos may not be sent where it is asked.
    """
    if isinstance(options, GenerateOptions):
        return _installed(options.engine, gallery)
    if isinstance(options, AuthenticateOptions | SearchOptions | LocateOptions) and options.engine:
        return _installed(options.engine, gallery)
    if not isinstance(options, AskOptions):
        return None
    if off := sensitive(options) - sensitive_kinds(gallery):
        kinds = ", ".join(sorted(kind.value for kind in off))
        raise ValidationError({"questions": [f"This is sensitive, and not turned on: {kinds}."]})
    if typed := REFUSED & touches(options.question) - sensitive_kinds(gallery):
        switches = ", ".join(SWITCHES[kind] for kind in sorted(typed))
        raise ValidationError({"question": [TYPED.format(switches)]})
    card = _installed(options.engine, gallery)
    if options.engine == REMOTE:
        _check_outside(options, gallery, photos)
    return card


def _installed(name: str, gallery: Gallery) -> ModelCard:
    card = registry.get(name).card
    if not policy_for(gallery).allows(card):
        raise ValidationError({"engine": [f"{card.title} is not installed, or may not be used."]})
    return card


def endpoint_named(word: str) -> Endpoint | None:
    """The service outside of that id, while it is on."""
    try:
        return Endpoint.objects.filter(pk=UUID(word), enabled=True).first()
    except ValueError:
        return None


def _check_outside(options: AskOptions, gallery: Gallery, photos: Sequence[Photo]) -> None:
    endpoint = endpoint_named(options.endpoint)
    if endpoint is None:
        raise ValidationError({"endpoint": [NOT_THERE]})
    if sensitive(options) and not endpoint.sensitive:
        raise ValidationError({"endpoint": [NOT_ASKED]})
    if unconsented(gallery, photos, EXTERNAL):
        raise ValidationError({"endpoint": [NO_CONSENT]})
