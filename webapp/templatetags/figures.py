"""How templates say what was measured."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from ml.evaluation.results import Value
from ml.evaluation.sheets import said

register = template.Library()


@register.filter
def measured(value: Value | None) -> str:
    """A figure with its interval: "0.987 (0.982 to 0.991)", a dash where there is none."""
    return said(value)


@register.filter
def item(values: Mapping[str, str], key: str) -> str:
    """The value of a key that is known only in the template."""
    return values.get(key, "")
