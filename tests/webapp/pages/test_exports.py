"""Saving photos as a ZIP from the pages: the form, the job, the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.webapp.albums import an_export, packed
from webapp.models import Export, Gallery, Job, Photo, User
from webapp.services.photos import photo_trash


@pytest.fixture(autouse=True)
def scratch(settings: Settings, tmp_path: Path) -> None:
    settings.SCRATCH_DIR = tmp_path / "scratch"
    settings.SCRATCH_DIR.mkdir()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_selection_is_saved_by_forms_alone(alices: Client, photo: Photo) -> None:
    form = text(alices.post("/photos/save/", {"photo": [photo.pk]}))
    assert "Save 1 photo as ZIP" in form
    assert f'name="photo" value="{photo.pk}"' in form
    answer = alices.post("/exports/", {"photo": [photo.pk], "originals": "on"})
    job = Job.objects.get(kind="export")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.options == {
        "photos": [str(photo.pk)],
        "originals": True,
        **dict.fromkeys(("annotated", "results", "regions", "made"), False),
    }
    waiting = text(alices.get(f"/jobs/{job.pk}/"))
    assert "every 1s" in waiting and "Cancel" in waiting and "Download" not in waiting
    export = Export.objects.get(job=packed(job))
    assert f"/exports/{export.pk}/file" in text(alices.get(f"/jobs/{job.pk}/"))
    saved = alices.get(f"/exports/{export.pk}/file")
    assert (saved.headers["Content-Type"], saved.status_code) == ("application/zip", 200)
    assert "attachment" in saved.headers["Content-Disposition"]


def test_a_gallery_is_saved_as_a_whole(alices: Client, photo: Photo, gallery: Gallery) -> None:
    assert f"/photos/save/?gallery={gallery.pk}" in text(alices.get("/"))
    form = text(alices.get(f"/photos/save/?gallery={gallery.pk}"))
    assert "alice&#x27;s photos" in form and 'name="photo"' not in form
    alices.post("/exports/", {"gallery": gallery.pk, "results": "on"})
    assert Job.objects.get(kind="export").options["photos"] == []


def test_a_gallery_that_no_zip_takes_is_refused_with_a_sentence(
    alices: Client, photo: Photo, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.exports.MOST", 0)
    answer = alices.post("/exports/", {"gallery": gallery.pk, "results": "on"}, follow=True)
    assert "At most 0 photos fit in one ZIP. Choose some of them." in text(answer)
    assert not Job.objects.filter(kind="export").exists()


def test_the_form_loads_no_more_photos_than_it_shows(
    alices: Client, photo: Photo, gallery: Gallery
) -> None:
    for number in range(20):
        photo.pk, photo.sha256 = uuid4(), f"{number:064}"
        photo.save(force_insert=True)
    address = f"/photos/save/?gallery={gallery.pk}"
    with CaptureQueriesContext(connection) as asked:
        form = text(alices.get(address))
    assert "21 photos, about" in form and form.count('class="thumb"') == 12
    many = [one["sql"] for one in asked if 'SELECT "webapp_photo"' in one["sql"]]
    assert many and all("LIMIT 12" in sql for sql in many)


def test_viewers_may_save_what_they_see(viewers: Client, photo: Photo, gallery: Gallery) -> None:
    page = f"/?gallery={gallery.pk}"
    assert f"/photos/save/?gallery={gallery.pk}" in text(viewers.get(page))
    answer = viewers.post("/exports/", {"gallery": gallery.pk, "results": "on"}, follow=True)
    assert "Cancel" in text(answer)


def test_an_empty_gallery_has_nothing_to_save(alices: Client, gallery: Gallery) -> None:
    assert "Save all as ZIP" not in text(alices.get("/"))
    form = text(alices.get(f"/photos/save/?gallery={gallery.pk}"))
    assert "nothing to save" in form and "Make the ZIP" not in form


@pytest.mark.parametrize("fields", [{}, {"photo": "x"}, {"gallery": "x"}])
def test_nothing_named_is_not_there(fields: dict[str, str], alices: Client) -> None:
    for address in ("/photos/save/", "/exports/"):
        assert alices.post(address, fields).status_code == 404


def test_the_list_says_what_there_is_and_until_when(
    alices: Client, photo: Photo, gallery: Gallery, alice: User
) -> None:
    assert "No ZIPs yet" in text(alices.get("/exports/"))
    export = an_export(gallery, alice, annotated=False)
    page = text(alices.get("/exports/"))
    assert "1 photo" in page and "Kept until" in page
    assert "/exports/" in text(alices.get("/jobs/"))
    assert "left out" not in page
    Export.objects.update(left_out=2)
    assert "2 files are left out" in text(alices.get("/exports/"))
    answer = alices.post(f"/exports/{export.pk}/delete/", follow=True)
    assert "The ZIP is deleted" in text(answer) and "No ZIPs yet" in text(answer)
    assert "no longer here" in text(alices.get(f"/jobs/{export.job_id}/"))


def test_a_withheld_zip_says_why(
    alices: Client, photo: Photo, gallery: Gallery, alice: User
) -> None:
    export = an_export(gallery, alice, annotated=False)
    photo_trash(photo=photo, by=alice)
    answer = alices.get(f"/exports/{export.pk}/file", follow=True)
    assert "moved to the trash or erased" in text(answer)


def test_the_menu_draws_the_layers_that_are_shown(alices: Client, analysed: Photo) -> None:
    page = text(alices.get(f"/photos/{analysed.pk}/"))
    assert 'form="annotate" name="layers" value="Boxes"' in page
    assert f'<form id="annotate" action="/api/v1/photos/{analysed.pk}/annotated.jpg">' in page
