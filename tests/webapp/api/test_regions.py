"""Faces as XMP regions over REST, and names that other tools gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from ml.types import Box, Report
from ml.xmp.frames import boxes
from ml.xmp.reading import regions_of
from tests.webapp.regions import FACE, NOWHERE, SIZE, tagged, xmp
from webapp.models import AuditLine, Face, Gallery, Membership, Person, Photo, User
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit

BOTH = xmp(("Eileen Collins", FACE), ("Ghost", NOWHERE))


def send(api: APIClient, photo: Photo, packet: bytes | None = BOTH, **fields: object) -> Any:
    data = dict(fields)
    if packet is not None:
        data["file"] = SimpleUploadedFile("photo.xmp", packet)
    return api.post(f"/api/v1/photos/{photo.pk}/regions", data, format="multipart")


def names(photo: Photo) -> list[str]:
    return [face.person.name if face.person else "" for face in photo.faces.all()]


def test_writes_the_faces_for_other_tools(api: APIClient, analysed: Photo, alice: User) -> None:
    face = analysed.faces.get()
    face_name(face=face, name="Eileen & Co", by=alice)
    answer = api.get(f"/api/v1/photos/{analysed.pk}/regions.xmp")
    assert answer.headers["Content-Type"] == "application/rdf+xml"
    assert 'filename="astronaut.xmp"' in answer.headers["Content-Disposition"]
    regions = regions_of(answer.content)
    assert (regions.items[0].name, regions.applied) == ("Eileen & Co", SIZE)
    found = boxes(regions, 1, SIZE, [])[0]
    assert found.to_json() == pytest.approx([face.left, face.top, face.right, face.bottom], abs=0.1)
    assert AuditLine.objects.filter(verb="photo-export", detail="regions").count() == 1


def test_what_was_written_is_read_back(api: APIClient, analysed: Photo, alice: User) -> None:
    face_name(face=analysed.faces.get(), name="Eileen", by=alice)
    packet = api.get(f"/api/v1/photos/{analysed.pk}/regions.xmp").content
    face_name(face=analysed.faces.get(), name="", by=alice)
    assert [one["fit"] for one in send(api, analysed, packet, take=True).json()] == ["same"]
    assert names(analysed) == ["Eileen"]


def test_says_whom_a_file_names_and_changes_nothing(api: APIClient, analysed: Photo) -> None:
    said = send(api, analysed).json()
    assert [(one["name"], one["fit"]) for one in said] == [
        ("Eileen Collins", "new"),
        ("Ghost", "no-face"),
    ]
    assert said[0]["face"] == str(analysed.faces.get().pk) and said[1]["face"] is None
    assert said[1]["box"] == pytest.approx(NOWHERE.to_json(), abs=0.1)
    assert names(analysed) == [""] and not Person.objects.exists()


def test_takes_names_over_where_a_face_is(api: APIClient, analysed: Photo) -> None:
    assert [one["fit"] for one in send(api, analysed, take=True).json()] == ["same", "no-face"]
    assert names(analysed) == ["Eileen Collins"]
    assert AuditLine.objects.filter(verb="face-name").count() == 1


def test_adds_a_face_that_was_not_found_when_asked(api: APIClient, analysed: Photo) -> None:
    said = send(api, analysed, take=True, add=True).json()
    again = send(api, analysed, take=True, add=True).json()
    assert [one["fit"] for one in said] == [one["fit"] for one in again] == ["same", "same"]
    assert names(analysed) == ["Eileen Collins", "Ghost"]
    added = Face.objects.get(position=1)
    assert added.found_by is None and said[1]["face"] == str(added.pk)


def test_nothing_is_taken_before_somebody_looked_or_while_a_job_is_open(
    api: APIClient, photo: Photo, alice: User
) -> None:
    answer = send(api, photo, take=True, add=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "looked at" in answer.json()["detail"]
    job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=alice, options={})
    assert "open job" in send(api, photo, take=True).json()["detail"]
    assert send(api, photo).status_code == 200
    assert not Face.objects.exists()


def test_an_added_face_has_a_number_of_its_own(api: APIClient, analysed: Photo) -> None:
    analysed.faces.update(position=1)  # the first was given back
    send(api, analysed, take=True, add=True)
    assert [face.position for face in analysed.faces.all()] == [1, 2]


def test_all_names_are_taken_or_none(
    api: APIClient, analysed: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(photo: Photo) -> int:
        raise OSError

    monkeypatch.setattr("webapp.services.regions._next_position", full)
    assert send(api, analysed, take=True, add=True).status_code == 500
    assert names(analysed) == [""] and not Person.objects.exists()


def test_a_persons_word_stays_unless_asked(api: APIClient, analysed: Photo, alice: User) -> None:
    face_name(face=analysed.faces.get(), name="Anna", by=alice)
    assert send(api, analysed, take=True).json()[0]["fit"] == "other"
    assert names(analysed) == ["Anna"]
    assert send(api, analysed, take=True, replace=True).json()[0]["fit"] == "same"
    assert names(analysed) == ["Eileen Collins"]


def test_reads_the_photos_own_metadata(
    api: APIClient, alice: User, gallery: Gallery, astronaut: Path, astronaut_report: Report
) -> None:
    photo = tagged(gallery, alice, astronaut, BOTH, astronaut_report)
    said = api.get(f"/api/v1/photos/{photo.pk}/regions").json()
    assert [one["name"] for one in said] == ["Eileen Collins", "Ghost"]
    assert send(api, photo, None, take=True).json()[0]["fit"] == "same"
    assert names(photo) == ["Eileen Collins"]


def test_a_photo_that_names_nobody_says_so(api: APIClient, analysed: Photo) -> None:
    assert api.get(f"/api/v1/photos/{analysed.pk}/regions").json() == []
    assert send(api, analysed, xmp(("", FACE)), take=True).json() == []
    assert names(analysed) == [""]


@pytest.mark.parametrize("content", [b"", b"Dear Anna", BOTH[:-50], b"<!DOCTYPE x><x/>"])
def test_what_is_no_xmp_is_refused(content: bytes, api: APIClient, analysed: Photo) -> None:
    answer = send(api, analysed, content, take=True)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-xmp")


def test_too_much_xmp_is_refused(api: APIClient, analysed: Photo) -> None:
    answer = send(api, analysed, BOTH + b" " * 5_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-many-bytes")


def test_names_are_cleaned(api: APIClient, analysed: Photo) -> None:
    packet = xmp(("Eileen", FACE)).replace(b"Eileen", b"Ei\xe2\x80\xaeleen\n  Collins")
    send(api, analysed, packet, take=True)
    assert names(analysed) == ["Eileen Collins"]


def test_a_viewer_may_read_and_not_take(
    bobs_api: APIClient, bob: User, gallery: Gallery, analysed: Photo
) -> None:
    assert bobs_api.get(f"/api/v1/photos/{analysed.pk}/regions.xmp").status_code == 404
    assert send(bobs_api, analysed).status_code == 404
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    assert bobs_api.get(f"/api/v1/photos/{analysed.pk}/regions.xmp").status_code == 200
    assert send(bobs_api, analysed, take=True).status_code == 403
    assert names(analysed) == [""]


def test_a_face_erased_meanwhile_gets_no_name(analysed: Photo, alice: User) -> None:
    from webapp.services.regions import names_take

    face = analysed.faces.get()
    Face.objects.all().delete()
    assert names_take(photo=analysed, names=[(face, "Eileen")], by=alice) == ([], [])
    assert not Person.objects.exists()


def test_boxes_far_from_a_face_name_nobody_on_it(api: APIClient, analysed: Photo) -> None:
    beside = xmp(("Ghost", Box(280, 70, 375, 180)))
    assert send(api, analysed, beside).json()[0]["fit"] == "no-face"
