"""Faces over REST, and saying whose they are."""

from __future__ import annotations

import pytest
from django.http import Http404
from rest_framework.test import APIClient

from webapp.models import Face, Person, Photo, User
from webapp.services.faces import face_name


def one(photo: Photo) -> Face:
    return photo.faces.get(position=0)


def test_lists_the_faces_of_a_photo(api: APIClient, analysed: Photo) -> None:
    listed = api.get(f"/api/v1/faces?photo={analysed.pk}").json()
    assert [row["number"] for row in listed["results"]] == [1]
    face = api.get(f"/api/v1/faces/{listed['results'][0]['id']}").json()
    assert {reading["task"] for reading in face["readings"]} >= {"pose"}


def test_a_name_makes_a_person_of_the_gallery(api: APIClient, analysed: Photo) -> None:
    face = one(analysed)
    answer = api.patch(f"/api/v1/faces/{face.pk}", {"name": "  Eileen   Collins "}, format="json")
    assert answer.json()["name"] == "Eileen Collins"
    assert Person.objects.get().gallery == analysed.gallery


def test_the_same_name_is_the_same_person(analysed: Photo, alice: User) -> None:
    face = one(analysed)
    other = Face.objects.create(
        photo=analysed, position=1, left=0, top=0, right=9, bottom=9, score=1
    )
    face_name(face=face, name="Eileen", by=alice)
    face_name(face=other, name="eileen", by=alice)
    assert face.person == other.person


def test_taking_the_last_name_away_forgets_the_person(analysed: Photo, alice: User) -> None:
    face = one(analysed)
    face_name(face=face, name="Eileen", by=alice)
    face_name(face=face, name="", by=alice)
    assert one(analysed).person is None
    assert not Person.objects.exists()


def test_a_face_erased_while_it_is_named_is_not_there(analysed: Photo, alice: User) -> None:
    looked_up = one(analysed)
    one(analysed).delete()
    with pytest.raises(Http404):
        face_name(face=looked_up, name="Eileen", by=alice)
    assert not Person.objects.exists()


def test_refuses_a_name_that_is_a_story(api: APIClient, analysed: Photo) -> None:
    answer = api.patch(f"/api/v1/faces/{one(analysed).pk}", {"name": "x" * 121}, format="json")
    assert answer.status_code == 400
    assert "name" in answer.json()["errors"]
