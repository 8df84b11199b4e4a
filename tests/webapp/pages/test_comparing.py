"""Two faces side by side, of whoever may see both."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client

from tests.webapp.pages.conftest import browser_of
from webapp.models import Face, Photo, Reading, Run, User


def a_second_face(photo: Photo) -> Face:
    return Face.objects.create(
        photo=photo, position=1, left=5, top=5, right=65, bottom=75, score=0.7,
        found_by=photo.runs.get(model="centerface"),
    )  # fmt: skip


def test_what_was_read_of_both_stands_side_by_side(alices: Client, analysed: Photo) -> None:
    first, second = analysed.faces.get(), a_second_face(analysed)
    run = Run.objects.get(photo=analysed, model="mesh-pose")
    Reading.objects.create(run=run, face=second, name="yaw", number=-41, unit="degrees")
    page = alices.get(f"/photos/{analysed.pk}/").content.decode()
    assert "Side by side" in page
    page = alices.get(f"/faces/compare/?a={first.pk}&b={second.pk}").content.decode()
    row = page.partition("Head pose from the mesh")[2].partition("</tr>")[0]
    left, right = row.split("</td>")[:2]
    assert "roll" in left and "−41°" not in left and "−41°" in right
    assert "not read" in page.partition("MediaPipe iris")[2].partition("</tr>")[0]


def test_faces_of_others_and_nonsense_are_not_there(
    alices: Client, analysed: Photo, viewers: Client
) -> None:
    face = analysed.faces.get().pk
    assert viewers.get(f"/faces/compare/?a={face}&b={face}").status_code == 200
    for other in (uuid4(), "x", ""):
        assert alices.get(f"/faces/compare/?a={face}&b={other}").status_code == 404


def test_strangers_see_nothing(analysed: Photo, bob: User) -> None:
    face = analysed.faces.get().pk
    assert browser_of(bob).get(f"/faces/compare/?a={face}&b={face}").status_code == 404
