"""Every error of the API as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ml.errors import BadPicture, BadXMP, MLError
from webapp.problem import MEDIA_TYPE, problem

log = logging.getLogger(__name__)
STATUS_OF_PICTURE = {"too-many-pixels": 413, "too-many-bytes": 413, "format-not-allowed": 415}


class Conflict(exceptions.APIException):
    """What was asked does not fit how things stand."""

    status_code = 409
    default_code = "conflict"


class Busy(exceptions.APIException):
    """Nobody can take the work up now; wait: seconds after which it is worth trying again."""

    status_code = 503
    default_code = "busy"
    default_detail = "No worker has time for this now. Try again in a little while."

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait  # DRF's handler makes Retry-After of it


def answer(
    status: int,
    detail: str,
    *,
    code: str,
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    data = problem(status, detail, code=code, errors=errors)
    return Response(data, status=status, headers=headers, content_type=MEDIA_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: what a view raised, as a problem."""
    if isinstance(error, BadPicture | BadXMP):
        status = STATUS_OF_PICTURE.get(error.code, 422)
        return answer(status, str(error), code=error.code)
    if isinstance(error, MLError):
        log.error("A report failed: %s", error)
        return answer(500, str(error), code="failed")
    if isinstance(error, SuspiciousOperation):  # too many fields, files or bytes of a form
        return answer(400, "This request cannot be read: it is malformed or too big.", code="odd")
    if isinstance(error, ValidationError):  # Django's own, which services raise
        error = exceptions.ValidationError(error.message_dict)
    plain = exception_handler(error, context)
    if plain is None:
        log.exception("The API failed", exc_info=error)
        return answer(500, "That went wrong here, not with you. It was logged.", code="error")
    headers = {
        name: plain.headers[name] for name in ("WWW-Authenticate", "Retry-After") if name in plain
    }
    detail, code, errors = _said(error)
    return answer(plain.status_code, detail, code=code, errors=errors, headers=headers)


def _said(error: Exception) -> tuple[str, str, dict[str, list[str]] | None]:
    """What the error says: sentence, code, and sentences by field."""
    if isinstance(error, Http404):
        return "There is nothing here, or it is not yours.", "not-found", None
    if isinstance(error, PermissionDenied):
        return str(error) or "You may not do that.", "permission-denied", None
    assert isinstance(error, exceptions.APIException)  # noqa: S101  exception_handler knows no others
    if isinstance(error, exceptions.ValidationError):
        return "Some of what you sent cannot be used.", "invalid", _by_field(error.detail)
    return str(error.detail), str(error.get_codes()).replace("_", "-"), None


def _by_field(detail: Any) -> dict[str, list[str]]:
    if not isinstance(detail, dict):
        return {"": [str(sentence) for sentence in detail]}
    return {str(field): _sentences(inside) for field, inside in detail.items()}


def _sentences(detail: Any) -> list[str]:
    if isinstance(detail, dict):
        return [f"{key}: {text}" for key, inside in detail.items() for text in _sentences(inside)]
    if isinstance(detail, list):
        return [text for inside in detail for text in _sentences(inside)]
    return [str(detail)]
