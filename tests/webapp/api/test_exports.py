"""Albums over REST: asked for, listed, fetched whole or in pieces, deleted; and by whom."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from ml.registry import Sensitive
from tests.webapp.albums import an_export, an_order, packed
from tests.webapp.api.conftest import client_of
from tests.webapp.pages.conftest import browser_of
from webapp.models import AuditLine, Export, Gallery, Job, Membership, Photo, User
from webapp.selectors.jobs import failed_for
from webapp.services.galleries import sensitive_choose
from webapp.services.photos import photo_trash


@pytest.fixture(autouse=True)
def scratch(settings: Settings, tmp_path: Any) -> None:
    settings.SCRATCH_DIR = tmp_path / "scratch"
    settings.SCRATCH_DIR.mkdir()


@pytest.fixture
def export(photo: Photo, gallery: Gallery, alice: User) -> Export:
    return an_export(gallery, alice, annotated=False)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def exports_of(gallery: Gallery) -> str:
    return f"/api/v1/galleries/{gallery.pk}/exports"


def test_from_asking_to_deleting(
    api: APIClient, photo: Photo, gallery: Gallery, settings: Settings
) -> None:
    answer = api.post(exports_of(gallery), {"originals": False, "annotated": False}, format="json")
    job = Job.objects.get(kind="export")
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1/jobs/{job.pk}")
    assert api.get(exports_of(gallery)).json()["results"] == []
    assert packed(job).status == Job.Status.DONE
    (one,) = api.get(exports_of(gallery)).json()["results"]
    assert (one["job"], one["photos"], one["made_by"]) == (str(job.pk), 1, "alice")
    assert api.get(f"/api/v1/exports/{one['id']}").json() == one
    content = body(api.get(one["file"]))
    assert (len(content), sha256(content).hexdigest()) == (one["size"], one["sha256"])
    assert "results/astronaut.json" in ZipFile(BytesIO(content)).namelist()
    assert api.delete(f"/api/v1/exports/{one['id']}").status_code == 204
    assert api.get(one["file"]).status_code == 404


def test_photos_that_are_not_there_are_not_packed(
    api: APIClient, photo: Photo, gallery: Gallery
) -> None:
    for ids in ([str(uuid4())], [str(photo.pk), str(uuid4())]):
        assert api.post(exports_of(gallery), {"photos": ids}, format="json").status_code == 404
    wrong = api.post(exports_of(gallery), {"photos": ["x"], "made": "?"}, format="json")
    assert wrong.status_code == 400
    assert wrong.json()["errors"].keys() == {"photos", "made"}
    api.post(exports_of(gallery), {"photos": [str(photo.pk)] * 2}, format="json")
    assert Job.objects.get(kind="export").options["photos"] == [str(photo.pk)]


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=10-19", 206, 10, 19),
        ("bytes=10-", 206, 10, -1),
        ("bytes=-7", 206, -7, -1),
        ("bytes=0-", 200, 0, -1),
        ("bytes=5-99999999999", 206, 5, -1),
        ("bytes=1-2,4-5", 200, 0, -1),
        ("lines=1-2", 200, 0, -1),
        (f"bytes={'9' * 4301}-", 200, 0, -1),  # more digits than Python takes for a number
    ],
)
def test_a_piece_is_fetched(
    asked: str, status: int, first: int, last: int, api: APIClient, export: Export
) -> None:
    answer = api.get(f"/api/v1/exports/{export.pk}/file", headers={"Range": asked})
    whole = export.file.read()
    wanted = whole[first : len(whole) if last == -1 else last + 1]
    assert (answer.status_code, body(answer)) == (status, wanted)
    assert answer.headers["Content-Length"] == str(len(wanted))
    if status == 206:
        start = len(whole) + first if first < 0 else first
        span = f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
        assert answer.headers["Content-Range"] == span


@pytest.mark.parametrize("asked", ["bytes=99999999999-", "bytes=9-3", "bytes=-0"])
def test_there_is_no_piece_outside(asked: str, api: APIClient, export: Export) -> None:
    answer = api.get(f"/api/v1/exports/{export.pk}/file", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{export.size}"


def test_a_piece_of_another_zip_is_the_whole(api: APIClient, export: Export) -> None:
    headers = {"Range": "bytes=5-", "If-Range": '"another"'}
    answer = api.get(f"/api/v1/exports/{export.pk}/file", headers=headers)
    assert (answer.status_code, len(body(answer))) == (200, export.size)


@pytest.mark.parametrize("first", [0, 1])
def test_a_download_in_pieces_is_written_down_once(
    first: int, api: APIClient, export: Export
) -> None:
    for asked in (f"bytes={first}-99", "bytes=100-199", "bytes=200-"):
        api.get(f"/api/v1/exports/{export.pk}/file", headers={"Range": asked})
    assert AuditLine.objects.filter(verb="export-fetch").count() == 1


def test_a_zip_deleted_between_asking_and_opening_is_refused(
    api: APIClient, alice: User, export: Export
) -> None:
    Path(export.file.path).unlink()
    answer = api.get(f"/api/v1/exports/{export.pk}/file")
    assert (answer.status_code, "deleted a moment ago" in answer.json()["detail"]) == (409, True)
    page = browser_of(alice).get(f"/exports/{export.pk}/file", follow=True)
    assert "deleted a moment ago" in page.content.decode()


def test_no_photos_at_all_is_no_word_for_the_whole_gallery(
    api: APIClient, photo: Photo, gallery: Gallery
) -> None:
    answer = api.post(exports_of(gallery), {"photos": []}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["photos"])
    assert api.post(exports_of(gallery), {"photos": None}, format="json").status_code == 202
    assert Job.objects.get(kind="export").options["photos"] == []


def test_what_was_trashed_or_turned_off_since_is_refused(
    api: APIClient, photo: Photo, gallery: Gallery, alice: User, export: Export
) -> None:
    address = f"/api/v1/exports/{export.pk}/file"
    photo_trash(photo=photo, by=alice)
    answer = api.get(address)
    assert (answer.status_code, "trash" in answer.json()["detail"]) == (409, True)
    assert api.get(address).status_code == 404


def test_a_kind_that_went_off_unnoticed_is_refused(
    api: APIClient, gallery: Gallery, alice: User, export: Export
) -> None:
    Export.objects.update(sensitive="age")
    assert "turned off" in api.get(f"/api/v1/exports/{export.pk}/file").json()["detail"]
    sensitive_choose(gallery=gallery, kind=Sensitive.AGE, on=True, by=alice)
    assert not Export.objects.exists()


def test_viewers_have_their_own_zips_and_owners_all(
    api: APIClient, bobs_api: APIClient, photo: Photo, gallery: Gallery, alice: User, bob: User
) -> None:
    member = Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    hers = an_export(gallery, alice, annotated=False)
    assert bobs_api.post(exports_of(gallery), {}, format="json").status_code == 202
    job = Job.objects.get(submitted_by=bob, kind="export")
    assert bobs_api.post(f"/api/v1/jobs/{job.pk}/cancel").json()["status"] == "cancelled"
    his = an_export(gallery, bob, annotated=False)
    found = [one["id"] for one in bobs_api.get(exports_of(gallery)).json()["results"]]
    assert found == [str(his.pk)]
    assert bobs_api.get(f"/api/v1/exports/{hers.pk}/file").status_code == 404
    assert bobs_api.delete(f"/api/v1/exports/{hers.pk}").status_code == 404
    assert api.get(f"/api/v1/exports/{his.pk}/file").status_code == 200
    member.delete()
    assert bobs_api.get(f"/api/v1/exports/{his.pk}/file").status_code == 404


def test_editors_who_asked_for_nothing_get_nothing(
    photo: Photo, gallery: Gallery, bob: User, export: Export
) -> None:
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.EDITOR)
    editor = client_of(bob)
    assert editor.get(exports_of(gallery)).json()["results"] == []
    assert editor.get(f"/api/v1/exports/{export.pk}").status_code == 404


def test_only_whoever_asked_tries_an_album_again(
    api: APIClient, bobs_api: APIClient, photo: Photo, gallery: Gallery, alice: User, bob: User
) -> None:
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    job = an_order(gallery, bob)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, error="No room.")
    assert job not in failed_for(alice) and job in failed_for(bob)
    assert api.post(f"/api/v1/jobs/{job.pk}/retry").status_code == 403
    page = browser_of(alice).get(f"/jobs/{job.pk}/").content.decode()
    assert "Try again" not in page
    browser_of(alice).post("/jobs/retry/")
    job.refresh_from_db()
    assert (job.status, job.submitted_by) == (Job.Status.FAILED, bob)
    assert bobs_api.post(f"/api/v1/jobs/{job.pk}/retry").json()["status"] == "queued"


def test_layers_may_be_named_one_by_one(api: APIClient, analysed: Photo) -> None:
    address = f"/api/v1/photos/{analysed.pk}/annotated.jpg"
    together = api.get(f"{address}?layers=Boxes,Contours")
    assert together.content == api.get(f"{address}?layers=&layers=Boxes&layers=Contours").content
    assert api.get(f"{address}?layers=").content != together.content
    assert "astronaut-annotated.jpg" in together.headers["Content-Disposition"]
