"""/photos/ID/location and /journeys by a program."""

from __future__ import annotations

from rest_framework.test import APIClient

from tests.webapp.api.conftest import client_of
from tests.webapp.locating import DOMAIN, GPS, PHONE, located
from webapp.models import Gallery, Job, Location, Membership, Photo, User


def path(photo: Photo) -> str:
    return f"/api/v1/photos/{photo.pk}/location"


def test_before_anybody_looked_there_is_none(api: APIClient, photo: Photo) -> None:
    assert api.get(path(photo)).status_code == 404


def test_asking_gives_a_job(api: APIClient, photo: Photo) -> None:
    answer = api.post(path(photo), {"options": {"place": "Spain"}}, format="json")
    assert answer.status_code == 202 and answer.json()["kind"] == "locate"
    assert Job.objects.get().options["place"] == "Spain"


def test_wrong_options_are_told(api: APIClient, photo: Photo) -> None:
    answer = api.post(path(photo), {"options": {"shadow": [1, 2]}}, format="json")
    assert answer.status_code == 400 and "six numbers" in answer.content.decode()


def test_the_ledger_is_read_with_polygons_and_what_each_clue_is_worth(
    api: APIClient, photo: Photo, alice: User
) -> None:
    located(photo, alice, PHONE, DOMAIN)
    told = api.get(path(photo)).json()
    assert [region["share"] for region in told["regions"]] == [0.5, 0.9]
    ring = told["regions"][0]["polygons"][0][0]
    assert ring[0] == ring[-1] and len(ring[0]) == 2
    assert {clue["name"] for clue in told["clues"]} == {PHONE.name, DOMAIN.name}
    assert all(clue["without"]["km2"] > 0 and not clue["struck"] for clue in told["clues"])
    assert told["clues"][0]["box"] and told["places"][0]["probability"] > 0


def test_clues_are_struck_out_by_name(api: APIClient, photo: Photo, alice: User) -> None:
    located(photo, alice, PHONE, DOMAIN)
    told = api.patch(path(photo), {"struck": [PHONE.name]}, format="json").json()
    assert told["places"][0]["country"] == "FR"
    assert [clue["struck"] for clue in told["clues"] if clue["name"] == PHONE.name] == [True]
    assert api.patch(path(photo), {"struck": []}, format="json").json()["places"] != told["places"]


def test_viewers_may_read_but_neither_strike_nor_forget(
    bobs_api: APIClient, photo: Photo, alice: User, bob: User, gallery: Gallery
) -> None:
    located(photo, alice, GPS)
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    assert bobs_api.get(path(photo)).status_code == 200
    assert bobs_api.patch(path(photo), {"struck": []}, format="json").status_code == 403
    assert bobs_api.delete(path(photo)).status_code == 403
    assert bobs_api.post(path(photo), {}, format="json").status_code == 403


def test_forgetting(api: APIClient, photo: Photo, alice: User) -> None:
    located(photo, alice, GPS)
    assert api.delete(path(photo)).status_code == 204
    assert not Location.objects.exists() and api.delete(path(photo)).status_code == 404


def test_a_journey_wants_two_photos(api: APIClient, photo: Photo) -> None:
    answer = api.post("/api/v1/journeys", {"photos": [str(photo.pk)]}, format="json")
    assert answer.status_code == 400


def test_the_place_is_no_reading_that_analysing_can_be_asked_for(alice: User, photo: Photo) -> None:
    answer = client_of(alice).post(
        "/api/v1/jobs",
        {"kind": "analyse", "photos": [str(photo.pk)], "options": {"tasks": ["location"]}},
        format="json",
    )
    assert answer.status_code == 400 and not Job.objects.exists()
