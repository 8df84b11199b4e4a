"""What stored results speak against is refused when it is asked for, not by the job later."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.webapp.portraying import asked, claimed
from tests.webapp.rows import a_face
from webapp.models import Face, Job, Photo, Reading, User
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db


def submit(kind: str, photo: Photo, by: User, **options: Any) -> None:
    job_submit(kind=kind, gallery=photo.gallery, photos=[photo], by=by, options=options)


def test_a_passport_photo_without_an_office(analysed: Photo, alice: User) -> None:
    with pytest.raises(ValidationError, match="which office is the photo for") as error:
        submit("passport", analysed, alice)
    assert list(error.value.message_dict) == ["layout"]


def test_a_view_from_above_without_a_picture_from_above(analysed: Photo, alice: User) -> None:
    with pytest.raises(ValidationError, match="Choose the map tile") as error:
        submit("overhead", analysed, alice)
    assert list(error.value.message_dict) == ["above"]


def test_a_passport_photo_of_nobody_among_several(analysed: Photo, alice: User) -> None:
    a_face(analysed, 300)
    with pytest.raises(ValidationError, match="Choose the one face"):
        submit("passport", analysed, alice, layout="United States")
    first = analysed.faces.first()
    assert first is not None
    submit("passport", analysed, alice, layout="United States", faces=[str(first.pk)])
    assert Job.objects.filter(kind="passport").count() == 1


@pytest.fixture
def mine(analysed: Photo, alice: User) -> Face:
    return claimed(analysed, alice)


def turned(face: Face, yaw: float) -> None:
    Reading.objects.filter(face=face, name="yaw").update(number=yaw)


def shrunk(face: Face, by: float) -> None:
    assert face.points is not None
    face.points["xy"] = [[x * by, y * by] for x, y in face.points["xy"]]
    face.save(update_fields=["points"])


def test_portraits_of_a_face_seen_from_the_side_or_too_small(
    analysed: Photo, alice: User, alices: Client, mine: Face
) -> None:
    turned(mine, -41.0)
    with pytest.raises(ValidationError, match=r"turned 41 degrees.*can still be analysed"):
        asked(mine, alice)
    page = alices.get(f"/photos/{analysed.pk}/?tab=portraits").content.decode()
    assert "turned 41 degrees" in page and "Make portraits" not in page
    turned(mine, 3.0)
    shrunk(mine, 0.2)
    with pytest.raises(ValidationError, match="too small to be drawn again"):
        asked(mine, alice)
    with pytest.raises(ValidationError, match="too small to be drawn again"):
        submit("passport", analysed, alice, layout="United States")


def test_forms_mark_what_has_no_default(analysed: Photo, alices: Client) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    assert 'name="layout" required><option value="">Choose …</option>' in page
