"""Jobs over REST: the same call for every kind."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from rest_framework.test import APIClient

from webapp.models import Job, Photo


def submit(api: APIClient, photos: list[Any], query: str = "", **asked: Any) -> Any:
    body = {"kind": "analyse", "photos": [str(photo) for photo in photos], **asked}
    return api.post(f"/api/v1/jobs{query}", body, format="json")


def test_submits_and_names_the_jobs_address(api: APIClient, photo: Photo) -> None:
    answer = submit(api, [photo.pk], options={"tasks": ["detection"]})
    assert answer.status_code == 202
    told = api.get(answer.headers["Location"])
    assert told.status_code == 200
    assert told.json()["status"] == "queued"
    assert told.json()["options"] == {"tasks": ["detection"]}
    assert api.get("/api/v1/jobs").json()["count"] == 1
    assert api.get(f"/api/v1/jobs?photo={photo.pk}&status=queued").json()["count"] == 1


def test_waiting_for_an_open_job_answers_202(api: APIClient, photo: Photo) -> None:
    address = submit(api, [photo.pk]).headers["Location"]
    answer = api.get(f"{address}?wait=0.1")
    assert answer.status_code == 202
    assert answer.headers["Location"] == address


def test_a_closed_job_needs_no_waiting(api: APIClient, photo: Photo) -> None:
    address = submit(api, [photo.pk]).headers["Location"]
    Job.objects.update(status=Job.Status.DONE)
    assert api.get(f"{address}?wait=30").status_code == 200


def test_cancels_and_retries(api: APIClient, photo: Photo) -> None:
    address = submit(api, [photo.pk]).headers["Location"]
    assert api.post(f"{address}/cancel").json()["status"] == "cancelled"
    assert api.post(f"{address}/retry").json()["status"] == "queued"


def test_says_which_option_is_wrong(api: APIClient, photo: Photo) -> None:
    for options in ({"tasks": 7}, {"speed": "fast"}, {"tasks": ["telepathy"]}):
        answer = submit(api, [photo.pk], options=options)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"].keys() == options.keys()
    assert not Job.objects.exists()


def test_says_when_there_is_no_such_kind(api: APIClient, photo: Photo) -> None:
    answer = submit(api, [photo.pk], kind="dance")
    assert answer.status_code == 400
    assert "kind" in answer.json()["errors"]


def test_a_photo_that_is_not_there_is_not_found(api: APIClient, photo: Photo) -> None:
    assert submit(api, [photo.pk, uuid4()]).status_code == 404
    assert not Job.objects.exists()


def test_asks_for_a_photo(api: APIClient, gallery: Any) -> None:
    answer = submit(api, [])
    assert answer.status_code == 400
    assert "photos" in answer.json()["errors"]
