"""/questions and /prompts: the same rules as the pages, by REST."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.webapp.asking import (
    PARROT,
    answered,
    declined,
    finish,
    parrot,  # noqa: F401  a fixture
    smiles,
)
from webapp.models import Job, Photo, Question, User

pytestmark = pytest.mark.usefixtures("parrot")


def asked(api: APIClient, photo: Photo, **options: object) -> object:
    body = {"photos": [str(photo.pk)], "options": {"engine": PARROT} | options}
    return api.post("/api/v1/questions", body, format="json")


def test_asks_and_reads_answers(api: APIClient, photo: Photo) -> None:
    answer = asked(api, photo, questions=["smiling"])
    assert answer.status_code == 202  # type: ignore[attr-defined]
    job = answer.json()["id"]  # type: ignore[attr-defined]
    assert api.get(f"/api/v1/questions?job={job}").json()["results"] == []
    finish(Job.objects.get(pk=job), smiles())
    (question,) = api.get(f"/api/v1/questions?job={job}").json()["results"]
    assert (question["prompt"], question["engine"], question["host"]) == ("smiling", PARROT, "")
    (said,) = question["answers"]
    assert (said["form"], said["value"], said["origin"]) == ("yes-no", True, "measurement")
    assert said["odds"] == {"yes": 0.83, "no": 0.17} and said["score"] == 0.83
    assert said["sources"][0]["name"] == "mouth-corners"
    assert api.get(f"/api/v1/questions?photo={photo.pk}").json()["count"] == 1
    address = f"/api/v1/questions/{question['id']}"
    assert api.get(address).json() == question
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404 and not Question.objects.exists()


def test_says_what_was_declined(api: APIClient, alice: User, photo: Photo) -> None:
    answered(alice, photo, declined(), question="What is she holding?", questions=[])
    (question,) = api.get("/api/v1/questions").json()["results"]
    (said,) = question["answers"]
    assert said["value"] is None and said["declined"].startswith("Nothing that was measured")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "options"), ({"questions": ["nonsense"]}, "questions"), ({"engine": "x"}, "engine"),
        ({"questions": ["apparent-age"]}, "questions"), ({"question": 5}, "question"),
        ({"question": "How old is she?"}, "question"),
        ({"question": "x", "nonsense": 1}, "nonsense"),
    ],
)  # fmt: skip
def test_bad_input_is_told_by_field(
    api: APIClient, photo: Photo, options: dict[str, object], field: str
) -> None:
    answer = asked(api, photo, **options)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert field in answer.json()["errors"]  # type: ignore[attr-defined]
    assert not Job.objects.exists()


def test_viewers_read_and_neither_ask_nor_delete(
    bobs_api: APIClient, alice: User, bob: User, photo: Photo
) -> None:
    question = answered(alice, photo, smiles())
    address = f"/api/v1/questions/{question.pk}"
    assert bobs_api.get(address).status_code == 404
    assert bobs_api.get("/api/v1/questions").json()["results"] == []
    photo.gallery.memberships.create(user=bob, role="viewer")
    assert bobs_api.get(address).status_code == 200
    assert asked(bobs_api, photo, questions=["people"]).status_code == 403  # type: ignore[attr-defined]
    assert bobs_api.delete(address).status_code == 403


def test_the_library_is_told_with_versions(api: APIClient) -> None:
    prompts = {one["name"]: one for one in api.get("/api/v1/prompts").json()}
    assert prompts["smiling"]["form"] == "yes-no" and prompts["smiling"]["version"] >= 1
    assert prompts["apparent-age"]["sensitive"] == "age" and prompts["smiling"]["of_face"]


def test_a_list_takes_no_more_queries_for_more_questions(
    api: APIClient, alice: User, photo: Photo, django_assert_max_num_queries: object
) -> None:
    for _ in range(4):
        answered(alice, photo, smiles())
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert api.get("/api/v1/questions").json()["count"] == 4
