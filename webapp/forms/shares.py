"""How a link is to be shared, beside its recipe's own options."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from webapp.services.shares import LONGEST, MOST_VIEWS, SHORTEST

# What this form asks for, named so that no option of a recipe is meant by it.
PREFIX = "share"


class ShareForm(forms.Form):
    """title is shown to visitors; no limit means as often as people like. faults: what was wrong
    with the recipe's own options, by name."""

    title = forms.CharField(max_length=80, required=False)
    days = forms.IntegerField(
        min_value=1, max_value=settings.SHARE_DAYS_MOST, initial=settings.SHARE_DAYS
    )
    view_limit = forms.IntegerField(min_value=1, max_value=MOST_VIEWS, required=False)
    password = forms.CharField(min_length=SHORTEST, max_length=LONGEST, strip=False, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix=PREFIX)
        self.faults: dict[str, str] = {}

    def told(self, error: ValidationError, options: Collection[str]) -> None:
        """Show what the service says beside the fields it is about, also those of the recipe's
        options; above them what is about none."""
        for name, sentences in error.message_dict.items():
            if name in options:
                self.faults[name] = " ".join(sentences)
            else:
                self.add_error(name if name in self.fields else None, sentences)


class DaysForm(forms.Form):
    """Until when a link works from now on."""

    days = forms.IntegerField(min_value=1, max_value=settings.SHARE_DAYS_MOST)
