"""People, their consent, true faces and alerts over REST."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from tests.webapp.protecting import SAME, a_face, a_person, a_protected, looked_at
from tests.webapp.rows import LEFT, a_gallery, a_photo
from webapp.models import Consent, Enrolment, Gallery, Membership, User


def names(api: APIClient, query: str = "") -> list[str]:
    return [row["name"] for row in api.get(f"/api/v1/people{query}").json()["results"]]


def put(api: APIClient, person: Any, **fields: str) -> Any:
    return api.put(f"/api/v1/people/{person.pk}/consent", fields, format="json")


def test_protecting_enrolling_and_withdrawing(api: APIClient, gallery: Gallery) -> None:
    vera, olga = a_person(gallery, faces=5), a_person(gallery, "Olga")
    own = f"/api/v1/people/{vera.pk}"
    assert names(api) == ["Olga", "Vera"] and names(api, "?protected=true") == []
    refused = put(api, vera, basis="agreed")
    assert refused.status_code == 400 and "statement" in refused.json()["errors"]
    told = put(api, vera, basis="agreed", statement="She said so.").json()
    assert told["protected"] and told["consent"]["statement"] == "She said so."
    assert names(api, "?protected=true") == ["Vera"] and names(api, "?protected=0") == ["Olga"]
    faces = [str(face.pk) for face in vera.faces.all()]
    told = api.post(f"{own}/faces", {"faces": faces}, format="json").json()
    assert told["enough"] and {one["apart"] for one in told["faces"]} == {False}
    assert api.delete(f"{own}/faces/{faces[0]}").status_code == 204
    assert not api.get(own).json()["enough"]
    assert api.delete(f"{own}/consent").status_code == 204
    assert not api.get(own).json()["protected"] and olga.pk
    assert not (Consent.objects.exists() or Enrolment.objects.exists())


def test_faces_of_others_are_not_there(
    api: APIClient, alice: User, gallery: Gallery, bob: User
) -> None:
    vera = a_protected(gallery, alice, faces=1)
    theirs = a_face(Gallery.objects.get(personal_of=bob), None)
    sent = {"faces": [str(theirs.pk)]}
    answer = api.post(f"/api/v1/people/{vera.pk}/faces", sent, format="json")
    assert answer.json()["errors"] == {"faces": ["Some of these are not there."]}


def test_a_viewer_finds_nobody(
    bobs_api: APIClient, alice: User, gallery: Gallery, bob: User
) -> None:
    Membership.objects.create(gallery=gallery, user=bob, role="viewer")
    vera = a_protected(gallery, alice)
    looked_at(a_photo(gallery), (LEFT, SAME))
    assert names(bobs_api) == []
    assert bobs_api.get(f"/api/v1/people/{vera.pk}").status_code == 404
    assert bobs_api.get("/api/v1/alerts").json()["results"] == []


def test_alerts_are_listed_until_dismissed(api: APIClient, alice: User, gallery: Gallery) -> None:
    vera, photo = a_protected(gallery, alice), a_photo(gallery)
    looked_at(photo, (LEFT, SAME))
    (alert,) = api.get("/api/v1/alerts").json()["results"]
    assert (alert["person"], alert["photo"]) == (str(vera.pk), str(photo.pk))
    assert api.post(f"/api/v1/alerts/{alert['id']}/dismiss").json()["seen"]
    assert api.get("/api/v1/alerts").json()["results"] == []
    assert len(api.get("/api/v1/alerts?all=1").json()["results"]) == 1


def test_asking_for_a_person_elsewhere_tells_nothing(
    api: APIClient, alice: User, gallery: Gallery, bob: User
) -> None:
    theirs = a_protected(a_gallery(owner=bob), bob)
    photo = a_photo(gallery)
    sent = {"kind": "authenticate", "photos": [str(photo.pk)]}
    said = [
        api.post("/api/v1/jobs", sent | {"options": {"person": one}}, format="json").json()
        for one in (str(theirs.pk), str(photo.pk), "nobody")
    ]
    assert said[0] == said[1] == said[2]
    assert said[0]["errors"] == {"person": ["No protected person of this gallery has this id."]}


def test_agreeing_to_be_shown_is_recorded_apart(api: APIClient, gallery: Gallery) -> None:
    person = gallery.people.create(name="Eileen")
    address = f"/api/v1/people/{person.pk}"
    said = {"basis": "agreed", "statement": "By letter", "expires": None}
    told = api.put(f"{address}/consents/sharing", said, format="json").json()
    assert [one["purpose"] for one in told["consents"]] == ["sharing"]
    assert told["consent"] is None and told["protected"] is False
    for purpose in ("protection", "nonsense"):
        answer = api.put(f"{address}/consents/{purpose}", said, format="json")
        assert answer.status_code == 404
    assert api.delete(f"{address}/consents/sharing").status_code == 204
    assert api.get(address).json()["consents"] == []
