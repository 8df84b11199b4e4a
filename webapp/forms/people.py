"""What the page of a person takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from webapp.models import Consent


class ConsentForm(forms.Form):
    """Who agreed, how, and until when; whether that is enough the service knows."""

    basis = forms.ChoiceField(
        choices=Consent.Basis.choices, error_messages={"required": "Say who agreed."}
    )
    statement = forms.CharField(max_length=300, required=False)
    expires = forms.DateField(
        required=False, error_messages={"invalid": "Write the day as YYYY-MM-DD."}
    )

    def told(self, error: ValidationError) -> None:
        """Show what the service says beside the fields it is about."""
        for name, sentences in error.message_dict.items():
            self.add_error(name if name in self.fields else None, _one(sentences))


def _one(sentences: list[str]) -> Any:
    return " ".join(sentences)
