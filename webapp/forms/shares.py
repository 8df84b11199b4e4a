"""How a link is to be shared, beside its recipe's own options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from webapp.services.shares import LONGEST, MOST_VIEWS, SHORTEST

# What this form asks for, named so that no option of a recipe is meant by it.
PREFIX = "share"


class ShareForm(forms.Form):
    """title is shown to visitors; no limit means as often as people like."""

    title = forms.CharField(max_length=80, required=False)
    days = forms.IntegerField(
        min_value=1, max_value=settings.SHARE_DAYS_MOST, initial=settings.SHARE_DAYS
    )
    view_limit = forms.IntegerField(min_value=1, max_value=MOST_VIEWS, required=False)
    password = forms.CharField(min_length=SHORTEST, max_length=LONGEST, strip=False, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix=PREFIX)


class DaysForm(forms.Form):
    """Until when a link works from now on."""

    days = forms.IntegerField(min_value=1, max_value=settings.SHARE_DAYS_MOST)
