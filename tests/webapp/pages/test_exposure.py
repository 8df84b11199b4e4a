"""The tab that says what a stranger could learn from a photo."""

from __future__ import annotations

import io
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.webapp import locating
from tests.webapp.api.conftest import client_of
from webapp.models import Gallery, Job, Photo, User
from webapp.services.photos import photo_upload

SURE = replace(locating.PHONE, floor=1e-4)


def located() -> bytes:
    """A JPEG whose metadata says Sydney."""
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (33.0, 51.0, 24.0), 3: "E", 4: (151.0, 12.0, 36.0)}
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_place_is_told_with_what_removes_it(
    alices: Client, alice: User, gallery: Gallery
) -> None:
    file = SimpleUploadedFile("harbour.jpg", located())
    photo = photo_upload(gallery=gallery, by=alice, upload=file).photo
    page = alices.get(f"/photos/{photo.pk}/?tab=exposure").content.decode()
    assert "33.85667° S, 151.21000° E" in page
    assert "To remove it: Save the copy without metadata" in page
    assert f'href="/photos/{photo.pk}/files/display" download="harbour-clean.jpg"' in page
    said = client_of(alice).get(f"/api/v1/photos/{photo.pk}/exposure").json()
    assert said[0]["weight"] == "much" and said[0]["in_file"]
    clean = alices.get(f"/photos/{photo.pk}/files/display").content
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_a_face_is_told_and_a_clean_file_says_nothing_else(alices: Client, analysed: Photo) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=exposure").content.decode()
    assert "Who the person is" in page
    assert "metadata." not in page.partition("A copy without metadata")[0].partition("<ol")[2]


def test_faces_can_be_covered_or_disguised_from_the_line_about_them(
    alices: Client, analysed: Photo
) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=exposure").content.decode()
    assert page.count('name="acts" value="cover-faces"') == 1
    assert page.count('name="acts" value="disguise-faces"') == 1
    asked = {"photo": str(analysed.pk), "acts": "disguise-faces"}
    alices.post("/photos/make/make-safe/", asked)
    job = Job.objects.get(kind="make-safe")
    assert job.options["acts"] == ["disguise-faces"] and job.options["disguise"] == "cloak"


def test_where_nobody_may_be_measured_no_disguise_is_offered(
    alices: Client, analysed: Photo
) -> None:
    Gallery.objects.update(purpose=Gallery.Purpose.LOOK)
    page = alices.get(f"/photos/{analysed.pk}/?tab=exposure").content.decode()
    assert "Who the person is" in page and "disguise-faces" not in page


def test_programs_are_told_what_else_may_be_done(alice: User, analysed: Photo) -> None:
    said = client_of(alice).get(f"/api/v1/photos/{analysed.pk}/exposure").json()
    instead = {line["topic"]: line["or_does"] for line in said}
    assert instead.pop("who people are") == "disguise-faces"
    assert set(instead.values()) == {None}


def test_what_the_picture_shows_of_its_place_is_told_once_somebody_looked(
    alices: Client, alice: User, photo: Photo
) -> None:
    before = alices.get(f"/photos/{photo.pk}/?tab=exposure").content.decode()
    assert "nobody has yet" in before and "Where it may have been taken" not in before
    locating.located(photo, alice, SURE)
    page = alices.get(f"/photos/{photo.pk}/?tab=exposure").content.decode()
    assert "Where it may have been taken: Spain, 90 % within" in page
    assert "telephone number “+34 91 123 45 67”" in page and "Cover the writing." in page
    line = client_of(alice).get(f"/api/v1/photos/{photo.pk}/exposure").json()[0]
    assert line["topic"] == "what shows the place" and line["does"] == "hide-text"


def test_a_clue_that_was_struck_out_gives_nothing_away(
    alices: Client, alice: User, photo: Photo
) -> None:
    locating.located(photo, alice, locating.PHONE)
    alices.post(f"/photos/{photo.pk}/place/strike/", {"clue": locating.PHONE.name, "struck": "yes"})
    page = alices.get(f"/photos/{photo.pk}/?tab=exposure").content.decode()
    assert "Where it may have been taken" not in page


def test_where_the_file_names_the_place_the_picture_may_tell_it_too(
    alices: Client, alice: User, photo: Photo
) -> None:
    locating.located(photo, alice, locating.GPS, locating.PHONE)
    page = alices.get(f"/photos/{photo.pk}/?tab=exposure").content.decode()
    assert "without the file&#x27;s word too" in page
