"""Submitting, cancelling, retrying, seeing and waiting for jobs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings
from redis import Redis

from ml import registry
from ml.pipelines import Urgency
from ml.registry import Device, Sensitive
from tasks import lanes
from tests.webapp.rows import a_card, a_gallery, a_job, a_photo, a_user
from webapp.jobs.plan import Plan, Planned, lane_for
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Gallery, Job, Photo, User
from webapp.selectors import jobs
from webapp.services.galleries import sensitive_choose
from webapp.services.jobs import job_cancel, job_retry, job_submit, parent_settle

pytestmark = pytest.mark.django_db
Status = Job.Status
Commit = DjangoCaptureOnCommitCallbacks


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two models: boxes, and age, which is sensitive and needs them."""
    monkeypatch.setattr(registry, "_models", {})
    boxes = a_card("boxes")
    a_card("years", (boxes.task,), sensitive=Sensitive.AGE)
    yield


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def gallery(anna: User) -> Gallery:
    return a_gallery(owner=anna)


@pytest.fixture
def photo(gallery: Gallery) -> Photo:
    return a_photo(gallery)


def submit(photo: Photo, anna: User, **options: object) -> Job:
    return job_submit(
        kind="analyse", gallery=photo.gallery, photos=[photo], by=anna, options=options
    )


def planned(job: Job) -> dict[str, bool]:
    return {model.model: model.asked for model in Plan.from_json(job.plan).models}


def test_a_submitted_job_is_announced_after_the_commit(
    valkey: Redis, photo: Photo, anna: User, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = submit(photo, anna)
        assert lanes.waiting()["cpu-now"] == 0
    assert lanes.waiting()["cpu-now"] == 1
    assert (job.status, job.lane, job.submitted_by) == (Status.QUEUED, "cpu-now", anna)
    assert list(job.photos.all()) == [photo]


def test_the_plan_holds_what_is_allowed_at_submission(
    valkey: Redis, photo: Photo, anna: User
) -> None:
    assert planned(submit(photo, anna)) == {"boxes": True}
    sensitive_choose(gallery=photo.gallery, kind=Sensitive.AGE, on=True, by=anna)
    assert planned(submit(photo, anna)) == {"boxes": True, "years": True}
    assert planned(submit(photo, anna, tasks=["years"])) == {"boxes": False, "years": True}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"tasks": ["horoscope"]}, "tasks"),
        ({"tasks": "boxes"}, "tasks"),
        ({"tasks": [1]}, "tasks"),
        ({"speed": 9}, "speed"),
        ({"tasks": ["years"]}, "tasks"),  # not turned on in this gallery
    ],
)
def test_wrong_options_are_refused_by_name(
    valkey: Redis, photo: Photo, anna: User, options: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        submit(photo, anna, **options)
    assert list(refused.value.message_dict) == [field]
    assert not Job.objects.exists()


def test_unknown_kinds_and_missing_photos_are_refused(
    valkey: Redis, gallery: Gallery, anna: User
) -> None:
    for kind, field in (("divine", "kind"), ("analyse", "photos")):
        with pytest.raises(ValidationError) as refused:
            job_submit(kind=kind, gallery=gallery, photos=[], by=anna, options={})
        assert list(refused.value.message_dict) == [field]


def test_submitting_works_while_the_queue_is_down(
    monkeypatch: pytest.MonkeyPatch,
    photo: Photo,
    anna: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    monkeypatch.setitem(os.environ, "REDIS_URL", "redis+socket:///nowhere.sock?virtual_host=0")
    monkeypatch.setattr("tasks.lanes.announce", _queue_is_down)
    began = monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        job = submit(photo, anna)
    assert monotonic() - began < 3
    assert [a.job for a in DjangoJobStore().sweep({})] == [job.pk]


def _queue_is_down(job: object, lane: str) -> None:
    raise lanes.BrokerDown("no such socket")


def test_submitting_says_when_nobody_serves_the_lane(
    valkey: Redis, photo: Photo, anna: User
) -> None:
    assert "no worker serves cpu-now" in submit(photo, anna).message
    lanes.say_alive(("cpu-now",))
    assert submit(photo, anna).message == ""


def test_cards_for_both_go_to_the_gpu_only_when_one_lives() -> None:
    a_card("either", devices=(Device.CUDA, Device.CPU))
    a_card("gpu-only", devices=(Device.CUDA,))
    either = Plan((Planned("either", "", 1, True),))
    gpu_only = Plan((Planned("gpu-only", "", 1, True),))
    assert lane_for(either, Urgency.NOW, {"cpu-now"}) == "cpu-now"
    assert lane_for(either, Urgency.NOW, {"cpu-now", "gpu-now"}) == "gpu-now"
    assert lane_for(gpu_only, Urgency.LATER, {"cpu-later"}) == "gpu-later"


def test_many_photos_make_a_parent_with_a_child_each(
    valkey: Redis, gallery: Gallery, anna: User, django_capture_on_commit_callbacks: Commit
) -> None:
    photos = [a_photo(gallery) for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        parent = job_submit(kind="analyse", gallery=gallery, photos=photos, by=anna, options={})
    assert (parent.status, parent.total, parent.children.count()) == (Status.RUNNING, 3, 3)
    assert lanes.waiting()["cpu-now"] == 3
    assert list(jobs.listed_for(anna)) == [parent]
    assert job_cancel(job=parent, by=anna).status == Status.CANCELLED
    assert set(parent.children.values_list("status", flat=True)) == {Status.CANCELLED}
    assert job_retry(job=parent, by=anna).status == Status.RUNNING
    assert set(parent.children.values_list("status", flat=True)) == {Status.QUEUED}


def test_a_stateless_job_gets_a_copy_of_the_file(
    valkey: Redis, gallery: Gallery, anna: User, tmp_path: Path
) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"jpg")
    job = job_submit(kind="report", gallery=gallery, photos=[], by=anna, options={}, file=file)
    claim = DjangoJobStore().claim(job.pk)
    assert claim is not None
    assert claim.inputs.photo.read_bytes() == b"jpg"


def test_a_stateless_job_is_not_asked_for_over_a_kept_photo(
    valkey: Redis, photo: Photo, anna: User
) -> None:
    asked = {"sensitive": ["age"], "embeddings": True}
    with pytest.raises(ValidationError) as refused:
        job_submit(kind="report", gallery=photo.gallery, photos=[photo], by=anna, options=asked)
    assert list(refused.value.message_dict) == ["kind"]


def test_a_queued_job_is_cancelled_at_once(photo: Photo, anna: User) -> None:
    job = job_cancel(job=a_job(photo, partial={"readings": []}), by=anna)
    assert job.status == Status.CANCELLED
    assert job.partial is None
    assert job.ended is not None
    assert str(anna) not in job.message, "names can be erased, and messages stay"
    line = AuditLine.objects.get(verb="job-cancel")
    assert (line.subject, line.actor) == (f"job:{job.pk}", anna.audit_alias.alias)


def test_a_running_job_is_asked_to_stop(photo: Photo, anna: User) -> None:
    job = a_job(photo, status=Status.RUNNING)
    assert job_cancel(job=job, by=anna).status == Status.CANCELLING


def test_a_closed_job_stays_as_it_is(photo: Photo, anna: User) -> None:
    job = a_job(photo, status=Status.DONE)
    assert job_cancel(job=job, by=anna).status == Status.DONE
    assert job_retry(job=job, by=anna).status == Status.DONE


def test_a_retried_job_has_its_plan_and_three_tries(
    valkey: Redis, photo: Photo, anna: User, django_capture_on_commit_callbacks: Commit
) -> None:
    job = a_job(photo, "boxes", status=Status.FAILED, attempt=3, tries=3, error="No.", done=2)
    with django_capture_on_commit_callbacks(execute=True):
        again = job_retry(job=job, by=anna)
    assert lanes.waiting()["cpu-now"] == 1
    assert (again.status, again.error, again.done, again.tries) == (Status.QUEUED, "", 0, 0)
    assert (again.attempt, planned(again)) == (3, {"boxes": True})


def test_a_parent_opens_again_with_a_child(valkey: Redis, photo: Photo, anna: User) -> None:
    failed = {"status": Status.FAILED, "error": "1 of 1 failed.", "ended": timezone.now()}
    parent = Job.objects.create(kind="analyse", gallery=photo.gallery, lane="", **failed)
    child = a_job(photo, parent=parent, status=Status.FAILED)
    job_retry(job=child, by=anna)
    parent.refresh_from_db()
    assert (parent.status, parent.error, parent.ended) == (Status.RUNNING, "", None)
    child.move(to=Status.DONE, since=(Status.QUEUED,))
    parent_settle(parent=parent.pk)
    parent.refresh_from_db()
    assert parent.status == Status.DONE


def test_only_members_see_a_gallerys_jobs(photo: Photo, anna: User) -> None:
    job = a_job(photo)
    assert list(jobs.visible_to(anna)) == [job]
    assert list(jobs.visible_to(a_user())) == []


def test_stateless_answers_are_seen_by_who_asked_only(photo: Photo, anna: User) -> None:
    from webapp.models import Membership

    bert = a_user()
    Membership.objects.create(gallery=photo.gallery, user=bert, role=Membership.Role.VIEWER)
    mine = a_job(photo, kind="report", submitted_by=anna)
    assert list(jobs.visible_to(anna)) == [mine]
    assert list(jobs.visible_to(bert)) == []
    assert list(jobs.listed_for(anna)) == []


def test_waiting_ends_after_its_time(photo: Photo) -> None:
    job, began = a_job(photo), monotonic()
    assert jobs.wait_for(job.pk, 0.2).status == Status.QUEUED
    assert 0.2 <= monotonic() - began < 1


@pytest.mark.django_db(transaction=True)
def test_waiting_ends_when_the_job_is_closed(photo: Photo) -> None:
    job = a_job(photo)

    def close() -> None:
        sleep(0.2)
        job.move(to=Status.DONE, since=(Status.QUEUED,))
        connection.close()

    closer = Thread(target=close)
    closer.start()
    began = monotonic()
    assert jobs.wait_for(job.pk, 20).status == Status.DONE
    assert monotonic() - began < 2
    closer.join()
