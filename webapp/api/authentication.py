"""Signing in with a key: `Authorization: Bearer KEY`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from webapp.models import ApiKey, User
from webapp.services.keys import key_use


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        word, _, key = get_authorization_header(request).partition(b" ")
        if word.lower() != b"bearer":
            return None
        row = key_use(key=key.decode("latin-1").strip())
        if row is None:
            raise AuthenticationFailed("This key is not known here, or it was revoked.")
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "webapp.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key from your account page.",
        }
