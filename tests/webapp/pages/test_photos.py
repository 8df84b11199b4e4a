"""The grid: pages of photos, uploads without script, trash and undo."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.webapp.rows import a_job, a_photo
from webapp.models import Face, Gallery, Job, Photo, User
from webapp.selectors.grid import PAGE
from webapp.services.photos import photo_trash


def send(client: Client, gallery: Gallery, *files: tuple[str, bytes], **headers: Any) -> Any:
    photos = [SimpleUploadedFile(name, content) for name, content in files]
    data = {"gallery": gallery.pk, "photo": photos}
    return client.post("/photos/add/", data, headers=headers)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_empty_gallery_says_what_to_do(alices: Client) -> None:
    page = text(alices.get("/"))
    assert "Add your first photo" in page
    assert "Try with a sample photo" in page


def test_one_upload_leads_to_its_page(alices: Client, gallery: Gallery, astronaut: Path) -> None:
    answer = send(alices, gallery, ("a.jpg", astronaut.read_bytes()))
    assert answer.url == f"/photos/{Photo.objects.get().pk}/"
    assert Job.objects.get().kind == "analyse"


def test_the_same_file_twice_is_told(alices: Client, gallery: Gallery, photo: Photo) -> None:
    content = photo.original.open().read()
    outcome = send(alices, gallery, ("b.jpg", content), Accept="application/json").json()
    assert outcome["outcomes"][0]["state"] == "here"
    assert outcome["outcomes"][0]["url"] == f"/photos/{photo.pk}/"


def test_a_file_in_the_trash_is_offered_back(
    alices: Client, gallery: Gallery, photo: Photo, alice: User
) -> None:
    content = photo.original.open().read()
    photo_trash(photo=photo, by=alice)
    outcome = send(alices, gallery, ("b.jpg", content), Accept="application/json").json()
    assert outcome["outcomes"][0]["state"] == "trash"
    alices.post("/photos/restore/", {"photo": outcome["outcomes"][0]["id"]})
    assert Photo.objects.get().trashed is None


def test_what_is_no_picture_is_refused_with_a_reason(alices: Client, gallery: Gallery) -> None:
    answer = send(alices, gallery, ("letter.jpg", b"Dear Anna"), ("empty.jpg", b""))
    page = text(alices.get(answer.url))
    assert "letter.jpg: This file is not a picture" in page
    assert "empty.jpg:" in page
    assert not Photo.objects.exists()


def test_a_new_photos_tile_comes_with_the_answer(
    alices: Client, gallery: Gallery, astronaut: Path
) -> None:
    upload = ("a.jpg", astronaut.read_bytes())
    outcome = send(alices, gallery, upload, Accept="application/json").json()["outcomes"][0]
    assert outcome["state"] == "new"
    assert 'name="pending"' in outcome["tile"]


def test_choosing_nothing_is_told(alices: Client, gallery: Gallery) -> None:
    answer = alices.post("/photos/add/", {"gallery": gallery.pk})
    assert "Choose a photo first." in text(alices.get(answer.url))


def test_the_sample_photo_is_added_once(alices: Client, gallery: Gallery) -> None:
    for _ in range(2):
        answer = alices.post("/photos/sample/", {"gallery": gallery.pk})
        assert answer.url == f"/photos/{Photo.objects.get().pk}/"


def test_viewers_see_photos_and_no_buttons(
    viewers: Client, gallery: Gallery, photo: Photo, astronaut: Path
) -> None:
    page = text(viewers.get(f"/?gallery={gallery.pk}"))
    assert f"/photos/{photo.pk}/" in page
    assert 'id="choose"' not in page
    assert f"Select {photo.name}" not in page
    assert send(viewers, gallery, ("a.jpg", b"x")).status_code == 404


def test_members_of_several_galleries_switch(viewers: Client, gallery: Gallery) -> None:
    assert f'href="/?gallery={gallery.pk}"' in text(viewers.get("/"))


def test_pages_have_addresses_and_miss_none(
    alices: Client, gallery: Gallery, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [str(a_photo(gallery).pk) for _ in range(PAGE + 5)]
    with django_assert_max_num_queries(14):
        first = text(alices.get("/"))
    more = re.search(r'href="(/\?gallery=[^"]+)"', first)
    assert more
    second = alices.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "<html" not in text(second)
    tiles = re.findall(r'id="tile-([^"]+)"', first + text(second))
    assert tiles == ids[::-1]
    assert "More photos" not in text(second)


@pytest.mark.parametrize("query", ["gallery=nonsense", "after=nonsense", f"gallery={'0' * 32}"])
def test_addresses_of_nothing(alices: Client, query: str) -> None:
    assert alices.get(f"/?{query}").status_code == 404


def test_the_state_of_jobs_is_told(alices: Client, gallery: Gallery, astronaut: Path) -> None:
    send(alices, gallery, ("a.jpg", astronaut.read_bytes()))
    photo = Photo.objects.get()
    open_ = text(alices.get(f"/photos/work/?pending={photo.pk}"))
    assert "Looking at 1 photo." in open_
    assert "every 1s" in open_
    Job.objects.update(status=Job.Status.FAILED)
    closed = text(alices.get(f"/photos/work/?pending={photo.pk}&pending=nonsense"))
    assert "failed" in closed
    assert "every 1s" not in closed


def test_faces_stored_while_the_grid_is_read_are_not_missed(alices: Client, photo: Photo) -> None:
    """A worker closes its job between any two queries: no tile may say "no faces" and stay."""
    job = a_job(photo, status="running")

    def finished() -> None:
        Face.objects.create(photo=photo, position=0, left=0, top=0, right=9, bottom=9, score=0.9)
        Job.objects.filter(pk=job.pk).update(status="done")

    queries = 0

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        alices.get(f"/photos/work/?pending={photo.pk}")
    for commit_at in range(queries):
        Face.objects.all().delete()
        Job.objects.update(status="running")
        left = commit_at

        def commit(execute: Any, sql: str, *rest: Any) -> Any:
            nonlocal left
            left -= 1
            if left == -1:
                finished()
            return execute(sql, *rest)

        with connection.execute_wrapper(commit):
            page = text(alices.get(f"/photos/work/?pending={photo.pk}"))
        assert "no faces" not in page, f"committed before query {commit_at}"


def test_a_selection_is_looked_at_again(alices: Client, photo: Photo, gallery: Gallery) -> None:
    other, busy = a_photo(gallery), a_photo(gallery)
    a_job(busy)
    assert 'formaction="/photos/analyse/"' in text(alices.get("/"))
    chosen = {"photo": [photo.pk, other.pk, busy.pk], "next": f"/?gallery={gallery.pk}"}
    answer = alices.post("/photos/analyse/", chosen)
    assert answer.url == f"/?gallery={gallery.pk}"
    assert "2 photos are looked at again." in text(alices.get(answer.url))
    batch = Job.objects.get(lane="")
    assert {job.photos.get().pk for job in batch.children.all()} == {photo.pk, other.pk}


def test_viewers_have_no_selection_looked_at(viewers: Client, photo: Photo) -> None:
    viewers.post("/photos/analyse/", {"photo": photo.pk})
    assert not Job.objects.exists()


def test_trash_can_be_undone(alices: Client, photo: Photo) -> None:
    page = text(alices.post("/photos/trash/", {"photo": photo.pk}, follow=True))
    assert "1 photo is in the trash." in page
    assert "Undo" in page
    assert f"/photos/{photo.pk}/files" not in page
    assert alices.get(f"/photos/{photo.pk}/").status_code == 404
    alices.post("/photos/restore/", {"photo": photo.pk})
    assert alices.get(f"/photos/{photo.pk}/").status_code == 200


def test_erasing_asks_once(alices: Client, photo: Photo, alice: User) -> None:
    photo_trash(photo=photo, by=alice)
    assert "for good?" in text(alices.post("/photos/erase/", {"photo": photo.pk}))
    assert Photo.objects.exists()
    alices.post("/photos/erase/", {"photo": photo.pk, "sure": "1"})
    assert not Photo.objects.exists()


def test_what_is_not_in_the_trash_is_not_erased(alices: Client, photo: Photo) -> None:
    alices.post("/photos/erase/", {"photo": photo.pk, "sure": "1"})
    assert Photo.objects.exists()


def test_names_are_shown_as_text(alices: Client, photo: Photo) -> None:
    Photo.objects.update(name="<script>alert(1)</script>.jpg")
    for address in ("/", f"/photos/{photo.pk}/", "/jobs/"):
        assert "<script>alert" not in text(alices.get(address))
