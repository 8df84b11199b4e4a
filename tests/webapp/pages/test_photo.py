"""The photo page: cards, layers, the job beside them, and files."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ml import registry
from ml.types import Report
from webapp.jobs.results import replace_results
from webapp.models import Face, Job, Photo, Reading, Run, User
from webapp.services.jobs import job_submit
from webapp.services.photos import photo_trash


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def queued(analysed: Photo, alice: Any) -> Job:
    """A second analysis, waiting."""
    gallery = analysed.gallery
    return job_submit(kind="analyse", gallery=gallery, photos=[analysed], by=alice, options={})


def test_shows_faces_readings_and_layers(
    alices: Client, analysed: Photo, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30):
        page = text(alices.get(f"/photos/{analysed.pk}/"))
    assert "Who is this?" in page
    assert "Head pose" in page
    for layer in ("Boxes", "Mesh", "Contours", "Pose"):
        assert f'data-remember="{layer}"' in page
    assert 'class="mark box few tone-accent"' in page
    assert 'hx-trigger="every' not in page, "nothing is open"


def test_every_reading_names_its_model_its_limits_and_its_measure(
    alices: Client, analysed: Photo
) -> None:
    age = registry.get("dlib-age").card
    analysed.gallery.sensitive_choices.create(kind="age")
    run = Run.objects.create(photo=analysed, model=age.name, task="age", recipe=1)
    Reading.objects.create(run=run, face=Face.objects.get(), name="age", number=34, unit="years")
    page = unescape(text(alices.get(f"/photos/{analysed.pk}/")))
    card = page.partition('<article class="face"')[2].partition("</article>")[0]
    rows = card.split('<details class="reading"')[1:]
    by_model = {}
    for name in ("centerface", "mesh-pose", "mediapipe-iris", "iris-gaze", "dlib-age"):
        model = registry.get(name).card
        (row,) = (row for row in rows if f"/models/{name}/" in row)
        by_model[name] = row
        assert f'<span class="by">{model.title}</span>' in row
        assert model.known_limits in row
    assert all("/models/" in row for row in rows)
    assert age.measured[0].value in by_model["dlib-age"]
    groups = [figure.value for figure in age.measured if " by " in figure.metric]
    assert len(groups) == 3 and all(value in by_model["dlib-age"] for value in groups)
    assert "Not measured here." in by_model["centerface"]
    others = page.partition("Also at work:")[2].partition("A reading says")[0]
    assert registry.get("mediapipe-mesh").card.title in others
    assert age.title not in others


def test_says_how_sure_the_detector_is_in_plain_words(alices: Client, analysed: Photo) -> None:
    page = text(alices.get(f"/photos/{analysed.pk}/"))
    assert "found with" not in page
    assert ">sure</strong>" in page


def test_faces_keep_their_numbers_without_boxes(alices: Client, analysed: Photo) -> None:
    page = text(alices.get(f"/photos/{analysed.pk}/"))
    assert 'data-remember="Labels" checked' in page
    assert ">Face 1</span>" in page
    labels = page.partition('data-layer="Labels"')[2].partition("</svg>")[0]
    assert ">1</text>" in labels


def test_details_say_who_looked(alices: Client, analysed: Photo) -> None:
    page = text(alices.get(f"/photos/{analysed.pk}/?tab=details"))
    assert "512 × 512 pixels" in page
    assert "/models/centerface/" in page


def test_no_faces_is_a_good_result(alices: Client, photo: Photo, alice: Any) -> None:
    job = job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=alice, options={})
    job.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
    looked = Report((512, 512)).to_json() | {
        "runs": [{"model": "centerface", "task": "detection", "digest": "", "recipe": 1,
                  "seconds": 0.1, "sensitive": ""}]
    }  # fmt: skip
    replace_results(job, photo, Report.from_json(looked), {})
    assert "No faces in this photo" in text(alices.get(f"/photos/{photo.pk}/"))


def test_a_photo_nobody_looked_at_offers_it(alices: Client, photo: Photo) -> None:
    assert "Look for faces" in text(alices.get(f"/photos/{photo.pk}/"))
    alices.post(f"/photos/{photo.pk}/analyse/")
    assert Job.objects.get().photos.get() == photo


def test_polls_while_a_job_is_open_and_then_stops(alices: Client, queued: Job) -> None:
    photo = queued.photos.get()
    page = text(alices.get(f"/photos/{photo.pk}/"))
    assert f'hx-get="/photos/{photo.pk}/live/' in page
    assert alices.get(f"/photos/{photo.pk}/live/").status_code == 200
    queued.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
    done = alices.get(f"/photos/{photo.pk}/live/?seen=before")
    assert done.status_code == 286
    assert 'id="overlay"' in text(done)
    assert 'id="faces"' in text(done)


def test_a_failure_says_why_and_offers_another_try(alices: Client, queued: Job) -> None:
    queued.move(to=Job.Status.FAILED, since=(Job.Status.QUEUED,), error="The disk is full.")
    photo = queued.photos.get()
    page = text(alices.get(f"/photos/{photo.pk}/"))
    assert "The disk is full." in page
    assert "Try again" in page
    alices.post(f"/jobs/{queued.pk}/retry/")
    queued.refresh_from_db()
    assert queued.status == Job.Status.QUEUED


def test_cancel_stops_a_waiting_job(alices: Client, queued: Job) -> None:
    answer = alices.post(f"/jobs/{queued.pk}/cancel/", {"next": "/jobs/"})
    assert answer.url == "/jobs/"
    queued.refresh_from_db()
    assert queued.status == Job.Status.CANCELLED


def test_a_first_analysis_shows_what_it_found_so_far(
    alices: Client, photo: Photo, alice: Any, astronaut_report: Report
) -> None:
    job = job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=alice, options={})
    Job.objects.filter(pk=job.pk).update(
        status=Job.Status.RUNNING, partial=astronaut_report.to_json(), done=2, total=5
    )
    page = text(alices.get(f"/photos/{photo.pk}/"))
    assert "What shows so far is provisional." in page
    assert 'class="overlay provisional"' in page
    assert "Head pose" in page
    assert "Who is this?" not in page, "what is not stored yet cannot be named"


def test_a_face_gets_a_name(alices: Client, analysed: Photo) -> None:
    face = Face.objects.get()
    answer = alices.post(f"/faces/{face.pk}/name/", {"name": " Eileen  Collins "})
    assert answer.url == f"/photos/{analysed.pk}/#face-{face.pk}"
    fragment = alices.post(
        f"/faces/{face.pk}/name/", {"name": "Eileen"}, headers={"HX-Request": "true"}
    )
    assert 'value="Eileen"' in text(fragment)
    assert ">Eileen</text>" in text(fragment)
    assert "<html" not in text(fragment)


def test_viewers_look_and_change_nothing(viewers: Client, analysed: Photo) -> None:
    page = text(viewers.get(f"/photos/{analysed.pk}/"))
    assert "Who is this?" not in page
    assert "Only an owner" in page
    face = Face.objects.get()
    assert viewers.post(f"/faces/{face.pk}/name/", {"name": "x"}).status_code == 404
    assert viewers.post(f"/photos/{analysed.pk}/analyse/").status_code == 404


@pytest.mark.parametrize("which", ["display", "thumbnail"])
def test_pictures_are_private_and_what_they_say(alices: Client, photo: Photo, which: str) -> None:
    answer = alices.get(f"/photos/{photo.pk}/files/{which}")
    assert answer.headers["Content-Type"] in ("image/webp", "image/jpeg")
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_original_is_only_to_be_saved(alices: Client, photo: Photo) -> None:
    answer = alices.get(f"/photos/{photo.pk}/files/original")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_original_in_the_trash_is_not_handed_out(
    alices: Client, alice: User, photo: Photo
) -> None:
    photo_trash(photo=photo, by=alice)
    assert alices.get(f"/photos/{photo.pk}/files/original").status_code == 404
    assert alices.get(f"/photos/{photo.pk}/files/thumbnail").status_code == 200


def test_other_files_are_not_there(alices: Client, photo: Photo) -> None:
    assert alices.get(f"/photos/{photo.pk}/files/exif").status_code == 404


def test_arrows_lead_through_the_gallery(alices: Client, photo: Photo) -> None:
    from tests.webapp.rows import a_photo

    newer = a_photo(photo.gallery)
    assert f'id="before" href="/photos/{newer.pk}/"' in text(alices.get(f"/photos/{photo.pk}/"))


def test_says_when_no_model_may_look(
    alices: Client, photo: Photo, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any
) -> None:
    settings.WEIGHTS_DIR = tmp_path  # nothing is installed
    with pytest.raises(ValidationError):
        job_submit(
            kind="analyse",
            gallery=photo.gallery,
            photos=[photo],
            by=photo.gallery.personal_of,
            options={"tasks": ["detection"]},
        )
    alices.post(f"/photos/{photo.pk}/analyse/")
    assert "No model that is installed" in text(alices.get(f"/photos/{photo.pk}/"))
