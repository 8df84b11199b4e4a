"""The database as a JobStore: claims, fences, leases, and what a finished job leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from ml import types
from ml.types import Report
from tasks.store import Claim
from tests.webapp.rows import (
    AGER,
    LEFT,
    RIGHT,
    a_file,
    a_gallery,
    a_job,
    a_photo,
    a_report,
    moved,
)
from webapp import answers, sealing
from webapp.models import Artifact, Embedding, Face, Job, Person, Photo, Reading, Run
from webapp.results import EMBEDDING
from webapp.store import DjangoJobStore

pytestmark = pytest.mark.django_db
Status = Job.Status
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def photo() -> Photo:
    return a_photo(a_gallery())


def claimed(job: Job) -> Claim:
    claim = store.claim(job.pk)
    assert claim is not None
    return claim


def finished(photo: Photo, report: Report, *asked: str, needed: tuple[str, ...] = ()) -> Job:
    job = a_job(photo)
    plan = [{"model": m, "digest": "", "recipe": 1, "asked": m in asked} for m in (*asked, *needed)]
    claim = claimed(job)  # the models of these reports are no part of the installation
    Job.objects.filter(pk=job.pk).update(plan={"models": plan})
    assert store.finish(claim, report)
    job.refresh_from_db()
    return job


ALL = ("finder", "ager", "measurer")


def test_a_claim_holds_what_the_worker_needs(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    assert (claim.job, claim.attempt, claim.kind) == (job.pk, 1, "analyse")
    assert claim.inputs.photo == Path(photo.original.path)
    assert claim.scratch.parent.name == str(job.pk)
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    assert job.lease is not None
    assert job.lease > timezone.now()


def test_a_job_is_claimed_once(photo: Photo) -> None:
    job = a_job(photo)
    claimed(job)
    assert store.claim(job.pk) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_gets_the_job(photo: Photo) -> None:
    for _ in range(5):
        job, ready, claims = a_job(photo), Barrier(2), list[Claim | None]()

        def work(job: Job = job, ready: Barrier = ready, claims: list = claims) -> None:
            ready.wait()
            claims.append(store.claim(job.pk))
            connection.close()

        workers = [Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len([claim for claim in claims if claim]) == 1


def test_a_job_whose_photo_was_erased_fails_with_a_sentence(photo: Photo) -> None:
    job = a_job(photo)
    Path(photo.original.path).unlink()
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.error) == (Status.FAILED, "The photo is no longer here.")


def test_a_job_whose_model_was_removed_fails_with_a_sentence(photo: Photo) -> None:
    job = a_job(photo, "gone-model")
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert job.status == Status.FAILED
    assert "gone-model" in job.error


def test_progress_is_written_and_extends_the_lease(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    Job.objects.update(lease=timezone.now())
    assert store.progress(claim, 2, 5, "Face mesh")
    job.refresh_from_db()
    assert (job.done, job.total, job.message) == (2, 5, "Face mesh")
    assert job.lease is not None
    assert job.lease > timezone.now()


def test_progress_says_stop_when_a_person_asked(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
    assert not store.progress(claim, 1, 2, "")
    assert store.beat(claim)
    assert store.cancelled(claim)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_an_earlier_attempt_can_no_longer_write(photo: Photo) -> None:
    job = a_job(photo)
    first = claimed(job)
    Job.objects.update(lease=timezone.now() - timedelta(seconds=1))
    store.sweep(None)
    second = claimed(job)
    assert not store.beat(first)
    assert not store.progress(first, 1, 2, "")
    assert not store.finish(first, a_report(LEFT))
    assert not store.fail(first, "No.", again=False)
    assert Run.objects.count() == 0
    assert store.finish(second, a_report(LEFT))
    assert not store.finish(second, a_report(LEFT))
    assert Run.objects.count() == 3


def test_a_finished_job_leaves_all_its_rows(photo: Photo) -> None:
    job = finished(photo, a_report(LEFT, RIGHT), *ALL)
    assert (job.status, job.lease, job.partial) == (Status.DONE, None, None)
    assert job.ended is not None
    assert [run.model for run in photo.runs.all()] == list(ALL)
    assert [face.left for face in photo.faces.all()] == [10, 300]
    ages = Reading.objects.filter(name="age").values_list("face__position", "number", "unit")
    assert list(ages) == [(0, 30, "years"), (1, 31, "years")]
    marks = photo.faces.all()[0].marks.all()
    assert [mark.paths for mark in marks] == [[[[0, 0], [1.23, 2]]]]


def test_embeddings_are_sealed(photo: Photo) -> None:
    report = a_report(LEFT)
    finished(photo, report, *ALL)
    sealed = Embedding.objects.get().sealed_vector
    assert report.embeddings[0].vector not in bytes(sealed)
    assert sealing.unseal(photo.gallery, sealed, EMBEDDING) == report.embeddings[0].vector


@pytest.mark.parametrize("purpose", ["look", "organisation"])
def test_no_embedding_is_kept_where_the_purpose_forbids(purpose: str) -> None:
    finished(a_photo(a_gallery(purpose)), a_report(LEFT), *ALL)
    assert Embedding.objects.count() == 0
    assert Reading.objects.count() == 1


def test_nothing_found_is_stored_too(photo: Photo) -> None:
    finished(photo, a_report(), *ALL)
    assert photo.runs.count() == 3
    assert photo.faces.count() == 0


def test_running_again_replaces_and_keeps_the_face(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    before = photo.faces.all()[0]
    finished(photo, a_report(moved(LEFT, 5), RIGHT, age=40), *ALL)
    after = photo.faces.all()[0]
    assert after.pk == before.pk
    assert after.left == 15
    assert list(Reading.objects.values_list("number", flat=True)) == [40, 41]
    assert (photo.runs.count(), photo.faces.count(), Embedding.objects.count()) == (3, 2, 2)


def test_one_models_results_are_replaced_only(photo: Photo) -> None:
    first = finished(photo, a_report(LEFT), *ALL)
    named(photo.faces.get(), "Ada")
    both = a_report(LEFT, age=50)
    only_age = replace(both, runs=both.runs[:2], embeddings=())
    second = finished(photo, only_age, "ager", needed=("finder",))
    jobs = dict(photo.runs.values_list("model", "job"))
    assert jobs == {"finder": first.pk, "measurer": first.pk, "ager": second.pk}
    assert Reading.objects.get().number == 50
    face = photo.faces.get()
    assert face.person is not None
    assert (face.person.name, face.marks.count(), face.embeddings.count()) == ("Ada", 1, 1)


def test_a_needed_model_with_new_weights_is_replaced(photo: Photo) -> None:
    finished(photo, a_report(LEFT), *ALL)
    newer = replace(AGER, digest="a2")
    report = a_report(LEFT, age=60)
    finished(photo, replace(report, runs=(report.runs[0], newer)), needed=("finder", "ager"))
    assert Reading.objects.get().number == 60
    assert photo.runs.get(model="ager").digest == "a2"


def named(face: Face, name: str) -> None:
    face.person = Person.objects.create(gallery=face.photo.gallery, name=name)
    face.save()


def test_a_name_survives_when_the_face_is_no_longer_found(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    named(photo.faces.all()[0], "Ada")
    finished(photo, a_report(RIGHT), *ALL)
    right, left = photo.faces.all()
    assert (right.left, right.person) == (300, None)
    assert left.person is not None
    assert (left.found_by, left.readings.count()) == (None, 0)


def test_a_nameless_face_no_longer_found_goes(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    finished(photo, a_report(RIGHT), *ALL)
    assert [face.left for face in photo.faces.all()] == [300]


def test_a_lost_named_face_is_found_again(photo: Photo) -> None:
    finished(photo, a_report(LEFT), *ALL)
    named(photo.faces.get(), "Ada")
    finished(photo, a_report(), *ALL)
    finished(photo, a_report(moved(LEFT, -8)), *ALL)
    face = photo.faces.get()
    assert face.person is not None
    assert face.found_by == photo.runs.get(model="finder")


def an_artifact(folder: Path) -> types.Artifact:
    path = a_file(folder)
    digest = sha256(path.read_bytes()).hexdigest()
    return types.Artifact("finder", "cut-out", "image/png", path, digest, 4, 0, {"side": "left"})


def test_made_files_lie_under_their_contents_name(photo: Photo, tmp_path: Path) -> None:
    artifact = an_artifact(tmp_path)
    finished(photo, replace(a_report(LEFT), artifacts=(artifact,)), *ALL)
    row = Artifact.objects.get()
    assert Path(row.file.path).read_bytes() == b"made"
    assert row.file.name.endswith(f"{photo.pk}/made/{artifact.sha256}.png")
    assert (row.face, row.facts) == (photo.faces.get(), {"side": "left"})


def test_made_files_nobody_names_are_tidied_away(photo: Photo, tmp_path: Path) -> None:
    artifact = an_artifact(tmp_path)
    finished(photo, replace(a_report(LEFT), artifacts=(artifact,)), *ALL)
    path = Path(Artifact.objects.get().file.path)
    finished(photo, a_report(LEFT), *ALL)
    store.tidy()
    assert path.exists()  # young: it may belong to a job that is being stored
    age(path, hours=2)
    store.tidy()
    assert not path.exists()


def age(path: Path, hours: float) -> None:
    import os

    then = timezone.now().timestamp() - hours * 3600
    os.utime(path, (then, then))


def test_provisional_results_hold_no_embedding(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    store.partial(claim, a_report(LEFT))
    job.refresh_from_db()
    assert job.partial["faces"]
    assert job.partial["embeddings"] == []
    store.fail(claim, "No.", again=False)
    job.refresh_from_db()
    assert job.partial is None


def test_a_stateless_report_is_the_jobs_answer(settings: Settings) -> None:
    gallery = a_gallery()
    job = Job.objects.create(kind="report", gallery=gallery, lane="cpu-now")
    upload = settings.SCRATCH_DIR / str(job.pk) / "upload"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"jpg")
    claim = claimed(job)
    assert claim.inputs.photo == upload
    assert store.finish(claim, a_report(LEFT))
    job.refresh_from_db()
    assert Report.from_json(answers.opened(job)) == a_report(LEFT)
    assert (Run.objects.count(), Face.objects.count()) == (0, 0)
    Job.objects.update(created=timezone.now() - timedelta(minutes=11))
    age(upload.parent, hours=1)
    store.tidy()
    assert not Job.objects.exists()
    assert not upload.exists()


def test_a_failure_that_may_pass_is_queued_again_later(photo: Photo) -> None:
    job = a_job(photo)
    for _ in range(2):
        assert store.fail(claimed(job), "The device is full.", again=True)
        job.refresh_from_db()
        assert (job.status, job.error) == (Status.QUEUED, "")
        assert "The device is full." in job.message
        assert store.sweep({}) == []  # not at once
    assert store.fail(claimed(job), "The device is full.", again=True)
    job.refresh_from_db()
    assert (job.status, job.error) == (Status.FAILED, "The device is full.")


def test_a_failing_job_that_was_cancelled_is_cancelled(photo: Photo) -> None:
    job = a_job(photo)
    claim = claimed(job)
    job.move(to=Status.CANCELLING, since=(Status.RUNNING,))
    assert store.fail(claim, "No.", again=True)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
