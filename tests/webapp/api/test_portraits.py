"""Portraits over REST: by whose consent, decided on, more of them, and known again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.webapp import portraying
from tests.webapp.portraying import claimed
from tests.webapp.protecting import a_face as shown_on_another
from webapp.models import AuditLine, Face, Gallery, Job, Membership, Photo, Portrait, User
from webapp.services.faces import face_name

V1 = "/api/v1"


@pytest.fixture
def mine(analysed: Photo, alice: User) -> Face:
    return claimed(analysed, alice)


@pytest.fixture
def portrait(mine: Face, alice: User, weights_folder: Path) -> Portrait:
    return portraying.made(mine, alice, weights_folder, yaw=15)[0]


def wanted(face: Face, **options: Any) -> dict[str, Any]:
    return {"photo": str(face.photo_id), "options": {"faces": [str(face.pk)], **options}}


def test_consent_is_recorded_then_portraits_are_asked_for(
    api: APIClient, analysed: Photo, alice: User
) -> None:
    face = face_name(face=analysed.faces.get(), name="Alice", by=alice)
    refused = api.post(f"{V1}/portraits", wanted(face), format="json")
    assert refused.status_code == 400 and "Rule: consent" in str(refused.json())
    assert AuditLine.objects.filter(verb="refuse", detail="rule consent").exists()
    address = f"{V1}/people/{face.person_id}/consents/generation"
    assert api.put(address, {"basis": "self"}, format="json").status_code == 200
    answer = api.post(f"{V1}/portraits", wanted(face, yaw=10), format="json")
    assert answer.status_code == 202 and Job.objects.get(kind="portraits").options["yaw"] == 10


def test_jobs_are_held_to_the_same_rules(api: APIClient, analysed: Photo) -> None:
    face = analysed.faces.get()
    body = {"kind": "portraits", "photos": [str(analysed.pk)], "options": {"faces": [str(face.pk)]}}
    refused = api.post(f"{V1}/jobs", body, format="json")
    assert refused.status_code == 400 and "Rule: name" in str(refused.json())
    body["options"] = {}
    refused = api.post(f"{V1}/jobs", body, format="json")
    assert refused.status_code == 400 and "Choose the one face" in str(refused.json())


@pytest.mark.parametrize(
    "wrong", [{"yaw": 31}, {"expression": "leer"}, {"engine": "nobody"}, {"colour": "red"},
              {"count": 7}, {"side": 100}]
)  # fmt: skip
def test_what_is_not_offered_is_told(api: APIClient, mine: Face, wrong: dict[str, Any]) -> None:
    answer = api.post(f"{V1}/portraits", wanted(mine, **wrong), format="json")
    assert answer.status_code == 400 and not Job.objects.filter(kind="portraits").exists()


def test_an_engine_that_follows_words_makes_it_a_job_by_words_under_the_same_rules(
    api: APIClient, mine: Face
) -> None:
    words = {"engine": "arc2face", "prompt": "in a library"}
    answer = api.post(f"{V1}/portraits", wanted(mine, **words), format="json")
    assert answer.status_code == 400 and "arc2face is not installed" in str(answer.json())
    answer = api.post(f"{V1}/portraits", wanted(mine, **words | {"prompt": "nude"}), format="json")
    assert answer.status_code == 400 and "Rule: sexual" in str(answer.json())
    body = {"kind": "generate", "photos": [str(mine.photo_id)],
            "options": {"faces": [str(mine.pk)], "prompt": "x" * 10_000}}  # fmt: skip
    answer = api.post(f"{V1}/jobs", body, format="json")
    assert answer.status_code == 400 and "10,000 characters" in str(answer.json())
    assert AuditLine.objects.filter(verb="refuse", detail="rule length").exists()
    assert not Job.objects.filter(kind="generate").exists()


def test_it_is_listed_decided_on_and_erased(api: APIClient, portrait: Portrait) -> None:
    address = f"{V1}/portraits/{portrait.pk}"
    listed = api.get(f"{V1}/portraits?photo={portrait.artifact.run.photo_id}").json()["results"]
    assert [one["id"] for one in listed] == [str(portrait.pk)] and listed[0]["rank"] == 1
    assert api.patch(address, {"state": "kept"}, format="json").json()["state"] == "kept"
    assert api.get(f"{V1}/portraits?state=new").json()["results"] == []
    assert api.patch(address, {"state": "burnt"}, format="json").status_code == 400
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


def test_a_receipt_comes_with_it(api: APIClient, portrait: Portrait) -> None:
    told = api.get(f"{V1}/portraits/{portrait.pk}").json()["receipt"]
    assert told["how"]["back end"] == "mesh-portraits"
    assert told["source photo"]["sha256"] == portrait.artifact.run.photo.sha256


def test_more_of_it_is_a_job(api: APIClient, portrait: Portrait) -> None:
    answer = api.post(f"{V1}/portraits/{portrait.pk}/more")
    assert answer.status_code == 202 and answer.json()["options"]["seed"] == 1


def test_an_animation_is_a_job_with_its_file_of_motion(
    api: APIClient, mine: Face, alice: User, weights_folder: Path
) -> None:
    def ask(options: Any) -> Any:
        motion = SimpleUploadedFile("motion.csv", b"time,jawOpen\n0,0\n0.1,1\n")
        body = {"photo": str(mine.photo_id), "motion": motion, "options": json.dumps(options)}
        return api.post(f"{V1}/portraits/animations", body, format="multipart")

    assert ask([1]).status_code == 400 and ask({"faces": []}).status_code == 400
    answer = ask({"faces": [str(mine.pk)], "side": 384})
    assert answer.status_code == 202 and answer.json()["kind"] == "animation"
    job = portraying.worked(Job.objects.get(kind="animation"), weights_folder)
    assert job.status == Job.Status.DONE and Portrait.objects.count() == 1


def test_further_photos_of_somebody_else_are_refused_like_such_as_are_not_there(
    api: APIClient, bobs_api: APIClient, bob: User, gallery: Gallery, mine: Face
) -> None:
    theirs = [shown_on_another(gallery, mine.person, None) for _ in range(4)]
    bobs = shown_on_another(Gallery.objects.get(personal_of=bob), None, None)

    def ask(client: APIClient, *others: object) -> Any:
        body = wanted(mine, others=[str(one) for one in others])
        return client.post(f"{V1}/portraits", body, format="json")

    unknown = ask(api, uuid4())
    assert unknown.status_code == 400 and "other photos of the same" in str(unknown.json())
    assert ask(api, bobs.pk).json() == unknown.json()
    assert ask(api, theirs[0].pk, bobs.pk).json() == unknown.json()
    many = ask(api, *(one.pk for one in theirs))
    assert many.status_code == 400 and "at most 3" in str(many.json())
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    refused = ask(bobs_api, theirs[0].pk)
    assert refused.status_code == 403 and refused.json() == ask(bobs_api, uuid4()).json()
    assert not Job.objects.filter(kind="portraits").exists()
    answer = ask(api, theirs[0].pk.hex, theirs[1].pk, theirs[2].pk, theirs[0].pk)
    assert answer.status_code == 202
    assert answer.json()["options"]["others"] == [str(one.pk) for one in theirs[:3]]


def test_a_viewer_sees_it_and_changes_nothing(
    bobs_api: APIClient, bob: User, gallery: Gallery, portrait: Portrait
) -> None:
    address = f"{V1}/portraits/{portrait.pk}"
    assert bobs_api.get(address).status_code == 404
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    assert "person" not in bobs_api.get(address).json()["receipt"]["consent"]
    assert bobs_api.patch(address, {"state": "kept"}, format="json").status_code == 403
    assert bobs_api.post(f"{address}/more").status_code == 403
    face = portrait.artifact.face
    assert face is not None
    assert bobs_api.post(f"{V1}/portraits", wanted(face), format="json").status_code == 403


def test_an_adult_is_declared_and_that_is_taken_back(api: APIClient, mine: Face) -> None:
    address = f"{V1}/people/{mine.person_id}/adult"
    assert api.put(address, {"statement": ""}, format="json").status_code == 400
    told = api.put(address, {"statement": "born in 1956"}, format="json").json()
    assert told["statement"] == "born in 1956"
    assert api.delete(address).status_code == 204


def test_a_recipe_is_saved_without_a_face_and_used_for_anybody(
    api: APIClient, bobs_api: APIClient, mine: Face
) -> None:
    body = {"name": "Smiling", "options": {"yaw": 12, "expression": "smile", "faces": ["x"]}}
    saved = api.post(f"{V1}/portrait-recipes", body, format="json").json()
    assert "faces" not in saved["options"] and saved["options"]["yaw"] == 12
    answer = api.post(f"{V1}/portraits", wanted(mine, **saved["options"]), format="json")
    assert answer.status_code == 202 and answer.json()["options"]["expression"] == "smile"
    wrong = body | {"options": {"yaw": 90}}
    assert api.post(f"{V1}/portrait-recipes", wrong, format="json").status_code == 400
    assert bobs_api.get(f"{V1}/portrait-recipes/{saved['id']}").status_code == 404
    assert bobs_api.get(f"{V1}/portrait-recipes").json()["results"] == []
    assert api.delete(f"{V1}/portrait-recipes/{saved['id']}").status_code == 204


def test_a_file_is_known_again(api: APIClient, bobs_api: APIClient, portrait: Portrait) -> None:
    content = api.get(f"{V1}/artifacts/{portrait.artifact_id}").content

    def ask(client: APIClient, content: bytes) -> dict[str, Any]:
        file = SimpleUploadedFile("some.png", content)
        found: dict[str, Any] = client.post(f"{V1}/made-here", {"file": file}).json()
        return found

    mine, theirs, nobodys = ask(api, content), ask(bobs_api, content), ask(api, b"anything")
    assert mine["made"] is True and mine["portrait"] == str(portrait.pk)
    assert theirs["made"] is True and theirs["portrait"] is None
    assert nobodys["made"] is None and {one["by"] for one in nobodys["traces"]} == {
        "digest", "signature", "hidden number",
    }  # fmt: skip
