"""What the account page takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ml.registry import Sensitive
from webapp.models import Gallery, User


class PasswordForm(forms.Form):
    """A new password, and the old one where there is one: one-time links sign in without."""

    old = forms.CharField(strip=False, required=False)
    new = forms.CharField(strip=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if self.user.has_usable_password() and not self.user.check_password(old):
            raise ValidationError("That is not your password.")
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def save(self) -> None:
        self.user.set_password(self.cleaned_data["new"])
        self.user.save(update_fields=["password"])


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(max_length=80, error_messages={"required": "Say what the key is for."})


class RenameForm(forms.Form):
    """What a gallery is called."""

    name = forms.CharField(max_length=80, error_messages={"required": "Give it a name."})


class GalleryForm(RenameForm):
    """A new gallery, and what it is for."""

    purpose = forms.ChoiceField(
        choices=Gallery.Purpose.choices, error_messages={"required": "Say what it is for."}
    )


class SensitiveForm(forms.Form):
    """A kind of sensitive reading, on or off; photo: the page it was chosen on."""

    kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.value) for kind in Sensitive if kind], coerce=Sensitive
    )
    on = forms.ChoiceField(choices=[("1", "on"), ("0", "off")])
    photo = forms.UUIDField(required=False)

    def __init__(self, *args: Any, never: frozenset[Sensitive], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.never = never

    def clean_kind(self) -> Sensitive:
        kind: Sensitive = self.cleaned_data["kind"]
        if kind in self.never:
            raise ValidationError("That is never read in this gallery.")
        return kind

    @property
    def choice(self) -> dict[str, Any]:
        return {"kind": self.cleaned_data["kind"], "on": self.cleaned_data["on"] == "1"}
