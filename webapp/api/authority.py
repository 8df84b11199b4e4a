"""/authority.pem: the certificate that pictures made here are signed with."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from webapp import serving
from webapp.api.files import file_response


class Authority(APIView):
    @extend_schema(responses=file_response(serving.PEM))
    def get(self, request: Request) -> HttpResponse:
        """This installation's certificate (PEM): whoever trusts it can check what was made here."""
        return serving.authority_file()
