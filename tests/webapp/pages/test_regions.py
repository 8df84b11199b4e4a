"""The details of a photo say whom other tools named, and take the names over."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ml.types import Report
from tests.webapp.regions import FACE, NOWHERE, tagged, xmp
from webapp.models import Face, Gallery, Person, Photo, User
from webapp.services.faces import face_name

BOTH = xmp(("Eileen Collins", FACE), ("Ghost", NOWHERE))


@pytest.fixture
def named(alice: User, gallery: Gallery, astronaut: Path, astronaut_report: Report) -> Photo:
    """A photo whose file names the astronaut, and somebody where no face is."""
    return tagged(gallery, alice, astronaut, BOTH, astronaut_report)


def details(client: Client, photo: Photo) -> str:
    return words(client.get(f"/photos/{photo.pk}/?tab=details").content.decode())


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", page))


def offered(page: str) -> str:
    found = re.search(r'name="offer" value="([^"]+)"', page)
    assert found
    return found[1]


def take(client: Client, photo: Photo, offer: str, *numbers: int) -> str:
    data = {"offer": offer, "take": [str(number) for number in numbers]}
    answer = client.post(f"/photos/{photo.pk}/regions/take/", data, follow=True)
    return words(answer.content.decode())


def given(page: str) -> str:
    found = re.search(r'name="names" value="([^"]+)"', page)
    assert found
    return found[1]


def undo(client: Client, photo: Photo, names: str) -> str:
    data = {"names": names, "next": "/"}
    answer = client.post(f"/photos/{photo.pk}/regions/undo/", data, follow=True)
    return words(answer.content.decode())


def test_the_details_say_whom_the_file_names(alices: Client, named: Photo) -> None:
    page = details(alices, named)
    assert "This file names 2 people:" in page
    assert "Face 1, nameless so far" in page and "No face found here" in page
    first, second = re.findall(r'<input type="checkbox" name="take"[^>]*>', page)
    assert "checked" in first and "checked" not in second  # a new face only when asked for
    assert not Person.objects.exists()


def test_chosen_names_are_taken_over_and_given_back(alices: Client, named: Photo) -> None:
    page = take(alices, named, offered(details(alices, named)), 0, 1)
    assert "2 names are taken over." in page
    assert [face.person.name for face in named.faces.all()] == ["Eileen Collins", "Ghost"]
    assert "2 names are given back." in undo(alices, named, given(page))
    assert [face.person for face in named.faces.all()] == [None]  # the added face is gone
    assert not Person.objects.exists()


def test_a_name_given_since_stays_when_undone(alices: Client, named: Photo, alice: User) -> None:
    names = given(take(alices, named, offered(details(alices, named)), 0, 1))
    face_name(face=named.faces.get(position=0), name="Anna", by=alice)
    assert "1 name is given back." in undo(alices, named, names)
    assert [face.person.name for face in named.faces.all()] == ["Anna"]


def test_only_names_that_were_taken_over_on_the_photo_can_be_undone(
    alices: Client, named: Photo, analysed: Photo, alice: User
) -> None:
    names = given(take(alices, named, offered(details(alices, named)), 0))
    face_name(face=analysed.faces.get(), name="Eileen Collins", by=alice)
    for photo, signed in ((analysed, names), (named, f"{names}x"), (named, "")):
        answer = alices.post(f"/photos/{photo.pk}/regions/undo/", {"names": signed})
        assert answer.status_code == 400
    assert {face.person.name for face in Face.objects.all()} == {"Eileen Collins"}


def test_choosing_none_is_told(alices: Client, named: Photo) -> None:
    page = take(alices, named, offered(details(alices, named)))
    assert "Choose a name first." in page and "taken over." not in page


def test_only_what_was_chosen_is_taken(alices: Client, named: Photo) -> None:
    assert "1 name is taken over." in take(alices, named, offered(details(alices, named)), 0)
    assert [face.person.name for face in named.faces.all()] == ["Eileen Collins"]
    assert "named so here too" in details(alices, named)


def test_a_name_given_here_stays(alices: Client, named: Photo, alice: User) -> None:
    offer = offered(details(alices, named))
    face_name(face=named.faces.get(), name="Anna", by=alice)
    assert "called Anna here, which stays" in details(alices, named)
    assert "0 names are taken over." in take(alices, named, offer, 0)
    assert named.faces.get().person.name == "Anna"


def test_names_wait_until_somebody_looked(
    alices: Client, alice: User, gallery: Gallery, astronaut: Path
) -> None:
    page = details(alices, tagged(gallery, alice, astronaut, BOTH))
    assert "This file names 2 people:" in page and "Not looked for yet" in page
    assert "can be taken over once this photo was looked at" in page
    assert 'name="take"' not in page and "Take over the names" not in page
    assert "once this photo was looked at" in take(alices, Photo.objects.get(), offered(page), 1)
    assert not Face.objects.exists()


def test_names_wait_for_an_open_job(alices: Client, named: Photo) -> None:
    offer = offered(details(alices, named))
    alices.post(f"/photos/{named.pk}/analyse/")
    page = take(alices, named, offer, 0, 1)
    assert "once the photo's open job has ended" in page and 'name="take"' not in page
    assert named.faces.get().person is None


def test_an_xmp_file_is_read_and_its_names_taken(alices: Client, analysed: Photo) -> None:
    assert "names 2 people" not in details(alices, analysed)
    file = SimpleUploadedFile("astronaut.xmp", BOTH)
    answer = alices.post(f"/photos/{analysed.pk}/regions/read/", {"file": file})
    page = words(answer.content.decode())
    assert "The XMP file names 2 people:" in page and not Person.objects.exists()
    take(alices, analysed, offered(page), 0)
    assert analysed.faces.get().person.name == "Eileen Collins"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Dear Anna", "no XMP file that can be read"),
        (BOTH + b" " * 5_000_000, "larger than any"),
        (xmp(("", FACE)), "The XMP file names nobody."),
        (None, "Choose an XMP file first."),
    ],
)
def test_says_why_a_file_names_nobody(
    content: bytes | None, said: str, alices: Client, analysed: Photo
) -> None:
    data = {} if content is None else {"file": SimpleUploadedFile("a.xmp", content)}
    answer = alices.post(f"/photos/{analysed.pk}/regions/read/", data, follow=True)
    assert said in words(answer.content.decode())


def test_an_offer_is_for_its_photo_and_cannot_be_made_up(
    alices: Client, named: Photo, analysed: Photo
) -> None:
    offer = offered(details(alices, named))
    for photo, signed in ((analysed, offer), (named, f"{offer}x"), (named, "")):
        data = {"offer": signed, "take": ["0"]}
        assert alices.post(f"/photos/{photo.pk}/regions/take/", data).status_code == 400
    assert not Person.objects.exists()


def test_a_viewer_sees_the_names_and_takes_none(
    alices: Client, viewers: Client, named: Photo
) -> None:
    page = details(viewers, named)
    assert "This file names 2 people:" in page and "Take over the names" not in page
    offer = offered(details(alices, named))
    data = {"offer": offer, "take": ["0"]}
    assert viewers.post(f"/photos/{named.pk}/regions/take/", data).status_code == 404
    names = given(take(alices, named, offer, 0))
    answer = viewers.post(f"/photos/{named.pk}/regions/undo/", {"names": names})
    assert answer.status_code == 404 and Person.objects.exists()


def test_the_menu_offers_the_file_for_other_tools(alices: Client, analysed: Photo) -> None:
    page = alices.get(f"/photos/{analysed.pk}/").content.decode()
    assert f'href="/api/v1/photos/{analysed.pk}/regions.xmp"' in page
