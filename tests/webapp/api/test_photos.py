"""Photos over REST: listing, reading, deleting, drawing."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, StringIO
from pathlib import Path
from time import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from PIL import Image
from rest_framework.test import APIClient

from ml.types import Report
from webapp.jobs import artifacts
from webapp.models import AuditLine, Face, Gallery, Job, Person, Photo, User
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit
from webapp.services.photos import Added, photo_add, photo_erase, photo_trash, trash_expire

Upload = Callable[..., Any]


def test_upload_answers_with_photo_and_job(upload: Upload, astronaut: Path) -> None:
    answer = upload(astronaut.read_bytes(), "astronaut.jpg")
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == f"/api/v1/photos/{body['photo']['id']}"
    assert (body["photo"]["width"], body["photo"]["height"]) == (512, 512)
    assert body["photo"]["name"] == "astronaut.jpg"
    assert body["job"]["kind"] == "analyse"
    assert body["job"]["photos"] == [body["photo"]["id"]]
    assert body["duplicate"] is False


def test_waiting_in_vain_answers_202_with_the_jobs_address(api: APIClient, astronaut: Path) -> None:
    with astronaut.open("rb") as file:
        answer = api.post("/api/v1/photos?wait=0.1", {"file": file}, format="multipart")
    assert answer.status_code == 202
    assert api.get(answer.headers["Location"]).json()["status"] == "queued"


def test_waits_half_a_minute_at_most(api: APIClient) -> None:
    answer = api.post("/api/v1/photos?wait=31", {}, format="multipart")
    assert answer.status_code == 400
    assert "wait" in answer.json()["errors"]


def test_lists_in_pages_newest_first(api: APIClient, photo: Photo) -> None:
    listed = api.get("/api/v1/photos").json()
    assert listed["count"] == 1
    assert [row["id"] for row in listed["results"]] == [str(photo.pk)]


def test_pictures_come_from_us_without_metadata(api: APIClient, photo: Photo) -> None:
    for which, most in (("thumbnail", 480), ("display", 2048)):
        answer = api.get(f"/api/v1/photos/{photo.pk}/{which}")
        with Image.open(BytesIO(answer.content)) as picture:
            assert max(picture.size) <= most
            assert not picture.getexif()
        again = api.get(
            f"/api/v1/photos/{photo.pk}/{which}", headers={"If-None-Match": answer["ETag"]}
        )
        assert again.status_code == 304


def test_tells_all_that_was_read(api: APIClient, analysed: Photo, astronaut_report: Report) -> None:
    told = api.get(f"/api/v1/photos/{analysed.pk}").json()
    assert len(told["faces"]) == len(astronaut_report.faces) >= 1
    face = told["faces"][0]
    assert face["box"] == astronaut_report.faces[0].box.to_json()
    said = {(r["model"], r["name"]): r["value"] for r in face["readings"]}
    for reading in astronaut_report.readings:
        if reading.face == 0:
            assert said[reading.model, reading.name] == reading.value
    assert set(told["layers"]) == {mark.layer for mark in astronaut_report.marks}
    assert {run["model"] for run in told["runs"]} == {run.model for run in astronaut_report.runs}


def test_the_stored_report_is_the_one_the_models_made(
    api: APIClient, analysed: Photo, astronaut_report: Report
) -> None:
    stored = Report.from_json(api.get(f"/api/v1/photos/{analysed.pk}/report").json())
    assert stored.faces == astronaut_report.faces
    assert stored.runs == astronaut_report.runs
    assert set(stored.readings) == set(astronaut_report.readings)
    assert set(stored.marks) == set(astronaut_report.marks)
    assert stored.embeddings == ()


def test_readings_as_a_table(api: APIClient, analysed: Photo, astronaut_report: Report) -> None:
    answer = api.get(f"/api/v1/photos/{analysed.pk}/readings.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(lines) == len(astronaut_report.readings)
    assert {line["face"] for line in lines} <= {"", "1"}


def test_files_tell_whose_face_is_where(
    api: APIClient, analysed: Photo, alice: User, astronaut_report: Report
) -> None:
    face = analysed.faces.get()
    face_name(face=face, name="Eileen", by=alice)
    bare = Face.objects.create(
        photo=analysed, position=1, left=1.25, top=2, right=9, bottom=8, score=0
    )
    told = api.get(f"/api/v1/photos/{analysed.pk}/report").json()["faces"]
    assert [one["name"] for one in told] == ["Eileen", ""]
    assert [one["id"] for one in told] == [str(face.pk), str(bare.pk)]
    text = api.get(f"/api/v1/photos/{analysed.pk}/readings.csv").content.decode()
    first, *_, last = [line for line in csv.DictReader(StringIO(text)) if line["face"]]
    assert (first["person"], float(first["left"])) == ("Eileen", round(face.left, 1))
    assert (last["face"], last["left"], last["model"]) == ("2", "1.2", None)


def test_copies_taken_along_are_written_down(api: APIClient, analysed: Photo) -> None:
    for what in ("display", "original", "readings.csv", "report", "annotated.jpg"):
        assert api.get(f"/api/v1/photos/{analysed.pk}/{what}").status_code == 200
    lines = AuditLine.objects.filter(verb="photo-export", subject=f"photo:{analysed.pk}")
    assert [line.detail for line in lines] == ["original", "readings", "report", "annotated"]


def test_a_name_is_no_formula(api: APIClient, analysed: Photo) -> None:
    face = analysed.faces.first()
    assert face is not None
    api.patch(f"/api/v1/faces/{face.pk}", {"name": "=1+1"}, format="json")
    text = api.get(f"/api/v1/photos/{analysed.pk}/readings.csv").content.decode()
    assert ",'=1+1," in text


def test_draws_the_layers_asked_for(api: APIClient, analysed: Photo, media: Path) -> None:
    def drawn(query: str) -> bytes:
        answer = api.get(f"/api/v1/photos/{analysed.pk}/annotated.jpg{query}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        return answer.content

    layers = api.get(f"/api/v1/photos/{analysed.pk}").json()["layers"]
    bare, chosen, all_on = drawn("?layers="), drawn(f"?layers={layers[-1]}"), drawn("")
    assert len({bare, chosen, all_on}) == 3
    with Image.open(BytesIO(all_on)) as picture:
        assert picture.size == (512, 512)


def test_results_of_a_removed_model_stay_readable(api: APIClient, analysed: Photo) -> None:
    analysed.runs.filter(task="pose").update(model="gone-model", task="gone-task")
    told = api.get(f"/api/v1/photos/{analysed.pk}").json()
    gone = next(run for run in told["runs"] if run["model"] == "gone-model")
    assert gone["registered"] is False
    assert any(r["task"] == "gone-task" for r in told["faces"][0]["readings"])
    assert "gone-model" in api.get(f"/api/v1/photos/{analysed.pk}/readings.csv").content.decode()


def test_a_photo_costs_as_many_queries_with_more_results(
    api: APIClient, analysed: Photo, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        api.get(f"/api/v1/photos/{analysed.pk}")


def test_deleting_is_undone_from_the_trash(api: APIClient, photo: Photo) -> None:
    assert api.delete(f"/api/v1/photos/{photo.pk}").status_code == 204
    assert api.get(f"/api/v1/photos/{photo.pk}").status_code == 404
    assert api.get("/api/v1/photos").json()["count"] == 0
    assert api.get("/api/v1/photos?trashed=true").json()["count"] == 1
    assert api.post(f"/api/v1/photos/{photo.pk}/restore").status_code == 200
    assert api.get(f"/api/v1/photos/{photo.pk}").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trashed", [False, True])
def test_erasing_leaves_nothing(
    api: APIClient, analysed: Photo, alice: User, media: Path, trashed: bool
) -> None:
    if trashed:
        photo_trash(photo=analysed, by=alice)
    assert api.delete(f"/api/v1/photos/{analysed.pk}?final=true").status_code == 204
    assert not Photo.objects.exists()
    assert not Job.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []
    line = AuditLine.objects.get(verb="photo-erase")
    assert line.subject == f"photo:{analysed.pk}"


def test_erasing_takes_names_that_no_other_face_has(
    analysed: Photo, alice: User, gallery: Gallery
) -> None:
    other = Photo.objects.create(
        gallery=gallery, name="b", sha256="b", media_type="image/jpeg", size=1, width=9, height=9
    )
    face = analysed.faces.get()
    where = {"left": 0, "top": 0, "right": 9, "bottom": 9, "score": 1, "position": 0}
    elsewhere = other.faces.create(**where)
    face_name(face=face, name="Ada", by=alice)
    face_name(face=elsewhere, name="Ada", by=alice)
    photo_erase(photo=analysed, by=alice)
    assert [person.name for person in Person.objects.all()] == ["Ada"]
    photo_erase(photo=other, by=alice)
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_no_byte_in_the_database_or_its_log(
    photo: Photo, alice: User, media: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite keeps a log of pages")
    secret = "eleventh-of-october-beach"
    Photo.objects.filter(pk=photo.pk).update(name=secret)
    photo_erase(photo=photo, by=alice)
    database = Path(connection.settings_dict["NAME"])
    for path in (database, Path(f"{database}-wal")):
        assert secret.encode() not in path.read_bytes()


def test_the_trash_is_emptied_of_what_is_old(photo: Photo, alice: User, settings: Any) -> None:
    photo_trash(photo=photo, by=alice)
    assert trash_expire() == 0
    settings.TRASH_DAYS = 0
    assert trash_expire() == 1
    assert not Photo.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_once_is_one_photo(
    gallery: Gallery, alice: User, astronaut: Path, media: Path
) -> None:
    def add(_: int) -> Added:
        try:
            return photo_add(gallery=gallery, by=alice, name="a.jpg", file=astronaut)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        added = list(pool.map(add, range(6)))
    assert Photo.objects.count() == 1
    assert sum(one.new for one in added) == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3


def test_viewers_look_and_change_nothing(
    photo: Photo, bob: User, bobs_api: APIClient, gallery: Gallery
) -> None:
    gallery.memberships.create(user=bob, role="viewer")
    assert bobs_api.get(f"/api/v1/photos/{photo.pk}").status_code == 200
    for answer in (
        bobs_api.delete(f"/api/v1/photos/{photo.pk}"),
        bobs_api.delete(f"/api/v1/photos/{photo.pk}?final=true"),
        bobs_api.post("/api/v1/jobs", {"kind": "analyse", "photos": [photo.pk]}, format="json"),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "permission-denied"


def test_a_batch_goes_on_without_an_erased_photo(
    photo: Photo, gallery: Gallery, alice: User, upload: Upload
) -> None:
    out = BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG")
    other = Photo.objects.get(pk=upload(out.getvalue()).json()["photo"]["id"])
    batch = job_submit(kind="analyse", gallery=gallery, photos=[photo, other], by=alice, options={})
    batch.children.filter(photos=other).update(status=Job.Status.DONE)
    photo_erase(photo=photo, by=alice)
    batch.refresh_from_db()
    assert batch.status == Job.Status.DONE
    assert batch.children.count() == 1


def test_a_job_over_several_photos_outlives_one_of_them(
    photo: Photo, gallery: Gallery, alice: User, upload: Upload
) -> None:
    out = BytesIO()
    Image.new("RGB", (50, 50)).save(out, "PNG")
    other = upload(out.getvalue()).json()["photo"]["id"]
    job = Job.objects.create(kind="album", gallery=gallery, partial={"size": [1, 1]})
    job.photos.add(photo, other)
    photo_erase(photo=photo, by=alice)
    job.refresh_from_db()
    assert job.partial is None
    assert [str(left.pk) for left in job.photos.all()] == [other]


def test_what_a_killed_upload_left_is_tidied_away(photo: Photo, media: Path) -> None:
    def orphan(age_s: float) -> Path:
        left = media / "galleries" / str(photo.gallery_id) / str(uuid4()) / "original.jpg"
        left.parent.mkdir()
        left.write_bytes(b"private")
        os.utime(left, (time() - age_s, time() - age_s))
        return left

    old, young = orphan(7200), orphan(60)
    artifacts.tidy()
    assert not old.parent.exists()
    assert young.exists()
    assert Path(photo.original.path).exists()
