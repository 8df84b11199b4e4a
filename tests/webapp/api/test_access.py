"""Keys, sessions, limits, and errors of the API as a whole."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from redis import Redis
from rest_framework.test import APIClient

from webapp.api.throttles import UserThrottle
from webapp.models import ApiKey, AuditLine, Gallery, User
from webapp.services.galleries import sensitive_choose
from webapp.services.keys import key_create, key_revoke


def problem(answer: object, status: int, code: str) -> None:
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    body = answer.json()  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)


def test_a_key_is_shown_once_and_kept_as_a_hash(alice: User) -> None:
    row, key = key_create(user=alice, name="laptop")
    assert len(key) >= 43 + len("prosopa_")
    assert key.startswith(row.prefix)
    assert key not in str(ApiKey.objects.values().get(pk=row.pk))
    assert AuditLine.objects.filter(verb="key-create").exists()


def test_nobody_gets_in_without_a_key(db: None) -> None:
    answer = APIClient().get("/api/v1/photos")
    problem(answer, 401, "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("key", ["prosopa_wrong", "", "\xff\xfe", "a b"])
def test_wrong_keys_are_refused(db: None, key: str) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {key}")
    problem(client.get("/api/v1/photos"), 401, "authentication-failed")


def test_a_revoked_key_stops_at_once(api: APIClient, alice: User) -> None:
    assert api.get("/api/v1/photos").status_code == 200
    key_revoke(key=ApiKey.objects.get(), by=alice)
    problem(api.get("/api/v1/photos"), 401, "authentication-failed")


def test_a_key_of_someone_inactive_is_refused(api: APIClient, alice: User) -> None:
    alice.is_active = False
    alice.save()
    problem(api.get("/api/v1/photos"), 401, "authentication-failed")


def test_notes_a_keys_use_once_a_minute(api: APIClient) -> None:
    api.get("/api/v1/galleries")
    first = ApiKey.objects.get().last_used
    api.get("/api/v1/galleries")
    assert ApiKey.objects.get().last_used == first is not None
    ApiKey.objects.update(last_used=timezone.now() - timedelta(minutes=2))
    api.get("/api/v1/galleries")
    assert ApiKey.objects.get().last_used > first


def test_a_session_needs_the_csrf_token_and_a_key_does_not(api: APIClient, alice: User) -> None:
    page = APIClient(enforce_csrf_checks=True)
    page.force_login(alice)
    assert page.get("/api/v1/photos").status_code == 200
    problem(page.post("/api/v1/jobs", {}, format="json"), 403, "permission-denied")
    problem(api.post("/api/v1/jobs", {}, format="json"), 400, "invalid")


def test_errors_are_problems(api: APIClient) -> None:
    problem(api.get("/api/v1/nonsense"), 404, "not-found")
    problem(api.get("/api/v1/photos/"), 404, "not-found")
    problem(api.put("/api/v1/photos"), 405, "method-not-allowed")
    problem(api.get("/api/v1/photos?page=99"), 404, "not-found")
    broken = api.post("/api/v1/jobs", "{nonsense", content_type="application/json")
    problem(broken, 400, "parse-error")


def test_odd_forms_are_problems(api: APIClient) -> None:
    files = {f"f{n}": SimpleUploadedFile("a", b"x") for n in range(101)}
    problem(api.post("/api/v1/photos", files, format="multipart"), 400, "odd")
    fields = {f"f{n}": "x" for n in range(1001)}
    problem(api.post("/api/v1/photos", fields, format="multipart"), 400, "odd")
    kind = "multipart/form-data; boundary=b"
    problem(api.post("/api/v1/photos", b"--b\r\nnothing", content_type=kind), 400, "invalid")


@pytest.mark.parametrize("body", [[], "text", None, {"kind": [1]}, {"photos": "x", "kind": "a"},
                                  {"kind": "analyse", "photos": ["1"], "options": 5},
                                  {"kind": "analyse\ud800", "photos": []}])  # fmt: skip
def test_odd_json_is_refused(api: APIClient, gallery: Gallery, body: object) -> None:
    text = json.dumps(body)
    problem(api.post("/api/v1/jobs", text, content_type="application/json"), 400, "invalid")


def test_only_administrators_see_their_kinds_of_job(api: APIClient, alice: User) -> None:
    def kinds() -> set[str]:
        return {job["kind"] for job in api.get("/api/v1/capabilities").json()["jobs"]}

    assert "model-fetch" not in kinds()
    assert "report" not in kinds()  # /analyse asks for it
    refused = api.post("/api/v1/jobs", {"kind": "model-fetch"}, format="json")
    assert refused.status_code in (400, 403)
    alice.is_superuser = True
    alice.save()
    assert "model-fetch" in kinds()


def test_our_own_failures_are_problems_too(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.api.capabilities.LONGEST_WAIT_S", "a mistake of ours")
    problem(api.get("/api/v1/capabilities"), 500, "error")


def test_asking_too_often_is_told_when_to_come_back(
    api: APIClient, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserThrottle, "rate", "3/min")
    cache.clear()
    answers = [api.get("/api/v1/galleries") for _ in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    problem(answers[3], 429, "throttled")
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60


def test_owners_choose_the_sensitive_readings(api: APIClient, gallery: Gallery) -> None:
    address = f"/api/v1/galleries/{gallery.pk}"
    assert api.get(address).json()["sensitive"] == []
    on = api.patch(address, {"sensitive": ["age", "emotion"]}, format="json")
    assert on.json()["sensitive"] == ["age", "emotion"]
    off = api.patch(address, {"sensitive": ["emotion"]}, format="json")
    assert off.json()["sensitive"] == ["emotion"]


def test_organisations_never_read_emotions(api: APIClient, gallery: Gallery) -> None:
    Gallery.objects.update(purpose="organisation")
    address = f"/api/v1/galleries/{gallery.pk}"
    answer = api.patch(address, {"sensitive": ["emotion"]}, format="json")
    problem(answer, 400, "invalid")
    assert "emotion" in answer.json()["errors"]["sensitive"][0]


def test_editors_do_not_choose(bobs_api: APIClient, bob: User, gallery: Gallery) -> None:
    gallery.memberships.create(user=bob, role="editor")
    answer = bobs_api.patch(
        f"/api/v1/galleries/{gallery.pk}", {"sensitive": ["age"]}, format="json"
    )
    problem(answer, 403, "permission-denied")


def test_what_was_turned_off_is_not_shown(analysed: object, gallery: Gallery, alice: User) -> None:
    from ml.registry import Sensitive
    from webapp.selectors.results import results_of

    run = analysed.runs.create(  # type: ignore[attr-defined]
        model="dlib-age", task="age", recipe=1, sensitive="age"
    )
    run.readings.create(name="age", number=34)
    assert all(shown.task != "age" for shown in results_of(run.photo).runs)
    sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=True, by=alice)
    assert any(shown.task == "age" for shown in results_of(run.photo).runs)
