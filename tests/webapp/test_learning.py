"""A person is learnt from their photos as a job: by the rules, kept sealed, erased with consent."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from safetensors.torch import load

from ml.errors import MLError
from ml.generation.person_lora import Pupil
from ml.pool import Pool
from ml.weights import Weights
from tasks import lanes
from tasks.jobs import work
from tests.webapp.learning import NAME, agreed, photographed, tiny_network
from tests.webapp.rows import a_gallery, a_user
from webapp import sealing
from webapp.jobs.folders import attempt_folder
from webapp.jobs.inputs import FILL
from webapp.jobs.store import DjangoJobStore
from webapp.jobs.sweep import sweep
from webapp.models import AuditLine, Consent, Gallery, Job, Learnt, Membership, Person, User
from webapp.services.consents import consent_withdraw
from webapp.services.faces import face_name
from webapp.services.jobs import job_cancel, job_retry, job_submit
from webapp.services.learning import learnt_file
from webapp.services.photos import photo_erase

pytestmark = pytest.mark.django_db
QUICK = {"steps": 3, "side": 64, "anyway": True}
GENERATION = Consent.Purpose.GENERATION


class Killed(BaseException):
    """Nothing in a worker catches it, as nothing catches a kill."""


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    tiny_network(tmp_path, settings, monkeypatch)


@pytest.fixture
def gallery() -> Gallery:
    return a_gallery()


@pytest.fixture
def owner(gallery: Gallery) -> User:
    return gallery.memberships.get(role=Membership.Role.OWNER).user


@pytest.fixture
def vera(gallery: Gallery, owner: User) -> Person:
    return agreed(photographed(gallery), owner)


def asked(person: Person, by: User, **options: object) -> Job:
    chosen = QUICK | {"person": str(person.pk)} | options
    return job_submit(kind="learn-person", gallery=person.gallery, photos=[], by=by, options=chosen)


def worked(job: Job) -> Job:
    """The job, as the worker's runner leaves it."""
    work(DjangoJobStore(), job.pk, Pool(Weights(django_settings.WEIGHTS_DIR)))
    job.refresh_from_db()
    return job


def counted(monkeypatch: pytest.MonkeyPatch, fatal: int | None = None) -> list[int]:
    """The steps that are learnt, as they are; the worker is killed at one."""
    seen: list[int] = []
    usual = Pupil._step

    def step(self: Any, number: int) -> None:
        if number == fatal:
            raise Killed
        seen.append(number)
        usual(self, number)

    monkeypatch.setattr(Pupil, "_step", step)
    return seen


def test_what_was_learnt_is_kept_sealed_with_the_person(
    vera: Person, owner: User, tmp_path: Path
) -> None:
    job = worked(asked(vera, owner))
    assert job.status == Job.Status.DONE, job.error
    row = Learnt.objects.get(person=vera)
    assert (row.faces.count(), row.steps, row.basis, row.made_by) == (5, 3, "agreed", owner)
    assert b"lora" not in bytes(row.sealed_file)
    plain = learnt_file(learnt=row, folder=tmp_path / "job").read_bytes()
    assert sha256(plain).hexdigest() == row.sha256 and len(plain) == row.size
    assert any(name.endswith("lora_down.weight") for name in load(plain))
    assert sealing.unseal(vera.gallery, bytes(row.sealed_file), "learnt") == plain
    assert AuditLine.objects.filter(verb="person-learn", detail="5 photos").exists()
    assert not list((tmp_path / "scratch" / str(job.pk)).iterdir())
    again = worked(asked(vera, owner))
    assert again.status == Job.Status.DONE
    assert Learnt.objects.get(person=vera).sha256 == row.sha256


def test_killed_it_goes_on_from_its_last_note(
    vera: Person, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = worked(asked(vera, owner, steps=60))
    expected = Learnt.objects.get(job=whole).sha256
    job = asked(vera, owner, steps=60)
    with monkeypatch.context() as patched:
        counted(patched, fatal=55)
        with pytest.raises(Killed):
            worked(job)
    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    Job.objects.filter(pk=job.pk).update(lease=timezone.now() - timedelta(seconds=1))
    list(sweep(None))
    steps = counted(monkeypatch)
    worked(job)
    assert job.status == Job.Status.DONE and job.attempt == 2 and steps == list(range(50, 60))
    assert Learnt.objects.get(person=vera).sha256 == expected


def test_killed_after_it_was_kept_it_is_not_learnt_again(
    vera: Person, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = worked(asked(vera, owner))
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED)
    steps = counted(monkeypatch)
    assert worked(job).status == Job.Status.DONE and steps == []
    assert Learnt.objects.get(person=vera).job == job


def test_an_old_lesson_that_is_tried_again_does_not_end_the_one_under_way(
    vera: Person, owner: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("webapp.chores.learning.LOOK_EVERY", 0.0)
    settings.LESSONS_A_DAY = 1
    old = asked(vera, owner)
    job_cancel(job=old, by=owner)
    job = asked(vera, owner, steps=4)

    def step(self: Any, number: int) -> None:
        if number == 1:
            job_retry(job=old, by=owner)
        usual(self, number)

    usual = Pupil._step
    monkeypatch.setattr(Pupil, "_step", step)
    assert worked(job).status == Job.Status.DONE, job.error
    assert "Rule: quota" in worked(old).error


def test_stopped_and_asked_for_again_it_goes_on(
    vera: Person, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(vera, owner, steps=9)

    def stop(self: Any, number: int) -> None:
        if number == 4:
            job_cancel(job=job, by=owner)

    with monkeypatch.context() as patched:
        patched.setattr("tasks.jobs.EVERY", 0.0)
        patched.setattr(Pupil, "_step", stop)
        worked(job)
    assert job.status == Job.Status.CANCELLED
    job_retry(job=job, by=owner)
    steps = counted(monkeypatch)
    worked(job)
    assert job.status == Job.Status.DONE and steps[0] == 5


@pytest.mark.parametrize("way", ["consent", "photo", "name", "person", "sharing"])
def test_it_goes_with_what_it_rests_on(vera: Person, owner: User, way: str) -> None:
    worked(asked(vera, owner))
    face = vera.faces.first()
    assert face is not None and Learnt.objects.count() == 1
    match way:
        case "consent":
            consent_withdraw(person=vera, by=owner, purpose=GENERATION)
        case "photo":
            photo_erase(photo=face.photo, by=owner)
        case "name":
            face_name(face=face, name="Anna", by=owner)
        case "person":
            for one in vera.faces.all():
                face_name(face=one, name="", by=owner)
        case _:
            consent_withdraw(person=vera, by=owner, purpose=Consent.Purpose.SHARING)
    assert Learnt.objects.count() == (1 if way == "sharing" else 0)


def test_consent_that_is_taken_back_ends_a_lesson_and_erases_its_notes(
    vera: Person, owner: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("webapp.chores.learning.LOOK_EVERY", 0.0)
    job = asked(vera, owner, steps=60)

    def step(self: Any, number: int) -> None:
        if number == 52:
            consent_withdraw(person=vera, by=owner, purpose=GENERATION)

    monkeypatch.setattr(Pupil, "_step", step)
    worked(job)
    assert job.status == Job.Status.FAILED and "Rule: consent" in job.error
    assert not Learnt.objects.exists()
    assert not list((tmp_path / "scratch").glob("*/learning-*"))
    assert AuditLine.objects.filter(verb="refuse", detail="rule consent").exists()


def test_the_rules_of_portraits_hold(
    vera: Person, owner: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, gallery = a_user(), vera.gallery
    Membership.objects.create(gallery=gallery, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ValidationError, match="Nobody of this gallery"):
        asked(vera, viewer)
    otherwise = QUICK | {"person": str(vera.pk).upper()}
    with pytest.raises(ValidationError, match="Nobody of this gallery"):
        job_submit(kind="learn-person", gallery=gallery, photos=[], by=owner, options=otherwise)
    with pytest.raises(ValidationError, match="Rule: consent"):
        asked(photographed(gallery, name="Anna"), owner)
    few = agreed(photographed(gallery, 4, "Few"), owner)
    with pytest.raises(ValidationError, match="of Few there are 4"):
        asked(few, owner)
    settings.LESSONS_A_DAY = 1
    job = asked(vera, owner)
    with pytest.raises(ValidationError, match="Rule: quota"):
        asked(vera, owner)
    settings.LESSONS_A_DAY = 2
    with pytest.raises(ValidationError, match="Vera is being learnt already"):
        asked(vera, owner)
    job_cancel(job=job, by=owner)
    with pytest.raises(ValidationError, match="No worker here has a graphics processor"):
        asked(vera, owner, anyway=False)
    monkeypatch.setattr(lanes, "alive", lambda: {"gpu-later"})
    assert asked(vera, owner, anyway=False).lane == "gpu-later"


def test_a_face_that_may_be_young_is_not_learnt_without_a_record(
    gallery: Gallery, owner: User
) -> None:
    """Noise shows no face at all: nobody can tell how old it is."""
    person = agreed(photographed(gallery), owner)
    person.adulthood.delete()
    job = worked(asked(person, owner))
    assert job.status == Job.Status.FAILED and "not found again" in job.error


def test_the_page_offers_it_says_where_it_stands_and_erases_it(
    vera: Person, owner: User, client: Client
) -> None:
    client.force_login(owner)
    own = f"/people/{vera.pk}/"
    page = client.get(own).content.decode()
    assert "Learn Vera" in page and "5 photos of Vera are learnt of." in page
    slow = client.post(f"{own}learn/", {"steps": "3"}, follow=True).content.decode()
    assert "Say that it may, and it begins." in slow
    answer = client.post(f"{own}learn/", {"steps": "3", "anyway": "on"})
    job = Job.objects.get(kind="learn-person")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert "Being learnt" in client.get(own).content.decode()
    Job.objects.filter(pk=job.pk).update(options=job.options | {"side": 64})
    worked(job)
    page = client.get(own).content.decode()
    assert "3 steps" in page and "Learn anew" in page and "Being learnt" not in page
    page = client.post(f"{own}unlearn/", follow=True).content.decode()
    assert "What was learnt of Vera is erased." in page and not Learnt.objects.exists()
    stranger = Client()
    stranger.force_login(a_user())
    assert stranger.post(f"{own}learn/", {"steps": "3"}).status_code == 404
    assert stranger.post(f"{own}unlearn/").status_code == 404


def test_without_a_network_the_page_says_so(
    vera: Person, owner: User, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.WEIGHTS_DIR = tmp_path / "nothing"
    client.force_login(owner)
    page = client.get(f"/people/{vera.pk}/").content.decode()
    assert "Nothing here can learn a person" in page and "IP-Adapter" in page
    with pytest.raises(ValidationError, match="No back end that could wear"):
        asked(vera, owner)


def test_pictures_by_words_are_given_it_where_they_are_to_use_it(vera: Person, owner: User) -> None:
    face = vera.faces.first()
    assert face is not None
    chosen = {"faces": [str(face.pk)], "prompt": "laughing", "engine": NAME, "learnt": True}

    def by_words() -> Job:
        return job_submit(
            kind="generate", gallery=vera.gallery, photos=[face.photo], by=owner, options=chosen
        )

    with pytest.raises(ValidationError, match="Nothing was learnt of this person"):
        by_words()
    worked(asked(vera, owner))
    job = by_words()
    file = FILL["learnt"](job)
    assert sha256(file.path.read_bytes()).hexdigest() == Learnt.objects.get().sha256
    assert attempt_folder(job) in file.path.parents
    assert set(file.photos) == set(vera.faces.values_list("photo__sha256", flat=True))
    consent_withdraw(person=vera, by=owner, purpose=GENERATION)
    with pytest.raises(MLError, match="or it is erased"):
        FILL["learnt"](job)
    Job.objects.filter(pk=job.pk).update(options=job.options | {"learnt": False})
    job.refresh_from_db()
    assert FILL["learnt"](job) is None
