"""The OpenAPI schema is whole, and its page works without any network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from webapp.api.urls import urlpatterns

pytestmark = pytest.mark.django_db
NOT_OPERATIONS = {"api-schema", "api-docs", None}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    with GENERATOR_STATS.silence():
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in schema["paths"].values():
        yield from (operation for verb, operation in path.items() if verb != "parameters")


def test_is_valid_and_made_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    GENERATOR_STATS.reset()
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))
    assert not GENERATOR_STATS, capsys.readouterr().err


def test_every_endpoint_is_documented(schema: dict[str, Any]) -> None:
    documented = {
        (re.sub(r"{\w+}", "{}", path), verb)
        for path, verbs in schema["paths"].items()
        for verb in verbs
    }
    for url in urlpatterns:
        if url.name in NOT_OPERATIONS:
            continue
        path = "/api/v1/" + re.sub(r"<[^>]+>", "{}", str(url.pattern))
        for verb in verbs_of(url):
            assert (path, verb) in documented


def verbs_of(url: URLPattern) -> list[str]:
    view = url.callback.view_class  # type: ignore[attr-defined]
    return [verb for verb in ("get", "post", "patch", "put", "delete") if hasattr(view, verb)]


def test_every_operation_says_what_it_does_and_how_it_fails(schema: dict[str, Any]) -> None:
    for operation in operations(schema):
        assert operation["description"]
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        assert {"key": []} in operation["security"]


def test_is_served(client: Client) -> None:
    assert client.get("/api/v1/schema").status_code == 200
    accept = "application/vnd.oai.openapi+json"
    assert client.get("/api/v1/schema", headers={"accept": accept}).json()["openapi"]


def test_page_needs_nothing_from_elsewhere_and_no_inline_script(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text and "style=" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/"))
        else:
            script = client.get(address)
            assert script.status_code == 200
            assert "/api/v1/schema" in script.content.decode()


def test_names_what_is_here(api: APIClient) -> None:
    said = api.get("/api/v1/capabilities").json()
    assert {"detection", "mesh", "pose"} <= {task["name"] for task in said["tasks"]}
    analyse = next(kind for kind in said["jobs"] if kind["kind"] == "analyse")
    assert analyse["options"]["properties"]["tasks"]["type"] == "array"
    assert "image/jpeg" in said["formats"]
    assert said["limits"]["wait_seconds"] == 30
    for model in said["models"]:
        assert model["known_limits"]
        assert model["commercial_use"] in {"yes", "no", "unknown"}


def test_files_are_sent_as_bytes(schema: dict[str, Any]) -> None:
    for path in ("/api/v1/analyse", "/api/v1/photos"):
        form = schema["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]
        name = form["schema"]["$ref"].rpartition("/")[2]
        file = schema["components"]["schemas"][name]["properties"]["file"]
        assert (file["type"], file["format"]) == ("string", "binary")
