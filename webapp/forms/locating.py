"""The form of the tab "Place" as the options of its job."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from ml.geolocation.pipeline import LocateOptions
from webapp.jobs.options import parse

SHADOW = tuple(f"{point}_{axis}" for point in ("foot", "top", "end") for axis in "xy")


def located_of(answer: QueryDict) -> LocateOptions:
    """What was asked for.

    Raises:
        ValidationError: a number is none, or a shadow has not all of its points.
    """
    words = [answer.get(name, "").strip() for name in SHADOW]
    said: dict[str, Any] = {
        "place": answer.get("place", "").strip()[:200],
        "metadata": "metadata" in answer,
        "moment": answer.get("moment", "").strip().replace("T", " "),
        "engine": answer.get("engine", ""),
        "again": "again" in answer,
        "shadow": [] if not any(words) else [number(word) for word in words if word],
    }
    return parse(LocateOptions, said)


def number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValidationError({"shadow": [f"{word[:20]!r} is no number of pixels."]}) from None
