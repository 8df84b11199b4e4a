"""What every page's frame needs to know."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest

from webapp.selectors import alerts

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, object]:
    """theme: the person's choice, "" for the system's. news: how many alerts there are, counted
    where a template says it."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else "", "news": partial(news, request)}


def news(request: HttpRequest) -> int:
    return alerts.unseen_for(request.user).count()
