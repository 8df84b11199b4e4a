"""The questions of the first start."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ml.registry import Sensitive
from webapp.models import Gallery, User
from webapp.selectors.installation import is_name_taken

Purpose = Gallery.Purpose
USES = (Purpose.HOUSEHOLD, Purpose.ORGANISATION, Purpose.LOOK)


class StartForm(forms.Form):
    """Name and password of the administrator, what the installation is for, and which sensitive
    readings to turn on."""

    username = UsernameField(max_length=150)
    password = forms.CharField(strip=False)
    use = forms.ChoiceField(choices=[(use.value, use.label) for use in USES])
    kinds = forms.TypedMultipleChoiceField(
        choices=[(kind.value, kind.value) for kind in Sensitive if kind],
        coerce=Sensitive,
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_username(self) -> str:
        """A valid name that nobody else has."""
        name: str = self.cleaned_data["username"]
        User.username_validator(name)
        if is_name_taken(self.user, name):
            raise ValidationError("Somebody else has this name.")
        return name

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.data.get("username", "")))
        return password
