"""Errors as programs read them: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, detail: str, *, code: str, errors: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """A problem whose meaning is its status. detail: a sentence for people. code: a stable word
    for programs. errors: sentences by the field they are about."""
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return members | ({} if errors is None else {"errors": errors})
