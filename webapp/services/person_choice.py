"""The person whom a photo is said to show, where a job's options name one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from ml.authenticity.pipeline import AuthenticateOptions
from webapp.models import Gallery, Person, Photo, User
from webapp.selectors import protection


def person_asked(chosen: Any, gallery: Gallery, by: User, photos: Sequence[Photo]) -> Person | None:
    """Who must be protected here, by enough other photos; whether there is one elsewhere nobody is
    told.

    Raises:
        ValidationError: nobody of that id is, or by too few.
    """
    if not isinstance(chosen, AuthenticateOptions) or not chosen.person:
        return None
    person = protection.named(by, gallery, chosen.person)
    if person is None:
        raise ValidationError({"person": ["No protected person of this gallery has this id."]})
    besides = photos[0] if len(photos) == 1 else None
    if why := protection.too_few(protection.enrolled(person, besides).count()):
        raise ValidationError({"person": [why]})
    return person
