"""What every page's frame needs to know."""

from __future__ import annotations

from django.http import HttpRequest

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, str]:
    """theme: the person's choice, "" for the system's."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}
