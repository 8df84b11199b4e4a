"""Ids in addresses' queries."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404


def optional_id(word: str | None) -> UUID | None:
    """The id; None when there is none.

    Raises:
        Http404: the word is no id, so there is nothing of that name.
    """
    if not word:
        return None
    try:
        return UUID(word)
    except ValueError:
        raise Http404 from None
