"""Whatever is sent, the API answers with what was asked or a problem, never with a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.webapp.locating import GPS, located
from tests.webapp.portraying import a_map, a_portrait
from tests.webapp.sharing import a_share, recipe  # noqa: F401  a fixture
from webapp.models import Alert, Job, Journey, Photo, Question, User
from webapp.services.faces import face_name
from webapp.services.people import person_protect
from webapp.services.portrait_recipes import recipe_save

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["-1", "0", "nan", "inf", "1e999", "9" * 30, "true", "[]", "\x00", "é" * 300]),
    st.uuids().map(str),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("kind", "photos", "gallery", "options", "name", "sensitive", "tasks", "file"),
    *("basis", "statement", "expires", "faces", "question", "questions", "choices", "engine"),
    *("title", "days", "view_limit", "password"),
    *("photo", "state"),
)


def operations() -> Iterator[tuple[str, str, list[str]]]:
    """Path, verb and names of query parameters of every operation the schema names."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    for path, verbs in schema["paths"].items():
        for verb, about in verbs.items():
            named = about.get("parameters", [])
            yield path, verb, [one["name"] for one in named if one["in"] == "query"]


@pytest.fixture
def ids(analysed: Photo, alice: User, recipe: None) -> dict[str, str]:  # noqa: F811
    job = Job.objects.first()
    face = analysed.faces.first()
    assert job and face
    person = face_name(face=face, name="Eileen", by=alice).person
    person_protect(person=person, by=alice, basis="self")
    alert = Alert.objects.create(person=person, face=face, distance=0.3)
    gallery = str(analysed.gallery_id)
    found = {"photo_id": analysed.pk, "job_id": job.pk, "face_id": face.pk, "gallery_id": gallery}
    found |= {"person_id": person.pk, "alert_id": alert.pk}
    found["share_id"] = a_share(alice, analysed).pk
    question = Question.objects.create(photo=analysed, asked_by=alice, text="?", engine="nobody")
    found["question_id"] = question.pk
    located(analysed, alice, GPS)
    found["journey_id"] = Journey.objects.create(gallery=analysed.gallery, asked_by=alice).pk
    found["portrait_id"] = a_portrait(a_map(analysed), alice).pk
    found["recipe_id"] = recipe_save(
        gallery=analysed.gallery, name="Merry", options={}, by=alice
    ).pk
    words = {"artifact_id": str(job.pk), "export_id": str(job.pk), "form": "json"}
    words |= {"purpose": "sharing", "number": "0"}
    return {name: str(pk) for name, pk in found.items()} | words


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_nothing_that_is_sent_breaks_it(data: st.DataObject, api: APIClient, ids: Any) -> None:
    for path, verb, parameters in operations():
        if verb == "delete":
            continue  # the next operations need the photo
        address = re.sub(r"{(\w+)}", lambda match: ids[match[1]], path)
        query = {name: data.draw(WORDS) for name in parameters if data.draw(st.booleans())}
        query.pop("wait", None)  # it might be a true wait of many seconds
        body = data.draw(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
        send = getattr(api, verb)
        if verb == "get":
            answer = send(address, query)
        else:
            answer = send(
                address, json.dumps(body), content_type="application/json", query_params=query
            )
        assert answer.status_code < 500, (verb, address, query, body, answer.content[:500])
