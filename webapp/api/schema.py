"""The OpenAPI schema and its browsable page, served from here without any network."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from ml import pipelines
from webapp import chores
from webapp.jobs import options
from webapp.selectors.jobs import ANSWERS
from webapp.services.jobs import Work

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "about:blank: the status says it."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "errors": {
            "type": "object",
            "description": "Sentences by the field they are about.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
ANSWER = {
    "description": "What went wrong.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
VERBS = {"get", "post", "patch", "put", "delete"}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: every operation may answer with a problem."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for verb in VERBS & path.keys():
            path[verb]["responses"]["default"] = ANSWER
    return result


def with_kinds(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: a job's options as its kind describes them."""
    asked_for = (kind for kind in pipelines.kinds() if kind.kind not in ANSWERS)
    kinds: list[Work] = [*asked_for, *chores.kinds()]
    asked = result["components"]["schemas"]["JobInputRequest"]["properties"]
    asked["kind"]["enum"] = [kind.kind for kind in kinds]
    asked["options"]["anyOf"] = [{"title": k.kind, **described(k.options)} for k in kinds]
    recipes = [kind for kind in pipelines.kinds() if kind.shareable]
    shared = result["components"]["schemas"]["ShareInputRequest"]["properties"]
    shared["kind"]["enum"] = [kind.kind for kind in recipes]
    shared["options"]["anyOf"] = [{"title": k.kind, **described(k.options)} for k in recipes]
    return result


def described(kind: type[Any]) -> dict[str, Any]:
    """The options in OpenAPI 3.0's dialect, which has no type for nothing."""
    about = options.schema(kind)
    properties = {name: nullable(one) for name, one in about["properties"].items()}
    return about | {"properties": properties}


def nullable(about: dict[str, Any]) -> dict[str, Any]:
    inner = [one for one in about.get("anyOf", ()) if one != {"type": "null"}]
    if not inner:
        return about
    rest = {key: value for key, value in about.items() if key != "anyOf"}
    return inner[0] | rest | {"nullable": True}


class Schema(SpectacularAPIView):
    """The schema as YAML, or as JSON for who asks so."""


class Docs(SpectacularSwaggerSplitView):
    """A page to read the schema and try it."""

    url_name = "api-schema"
    template_name = "api/docs.html"


@extend_schema(exclude=True)
class Nothing(APIView):
    """Any other address: not found, said in the API's way."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
