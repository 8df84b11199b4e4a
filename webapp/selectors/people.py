"""People that were named."""

from __future__ import annotations

from webapp.models import Gallery, Person


def names_in(gallery: Gallery) -> list[str]:
    """Names given in the gallery, to be offered while one types."""
    return list(Person.objects.filter(gallery=gallery).values_list("name", flat=True))
