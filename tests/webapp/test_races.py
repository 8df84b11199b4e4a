"""Two at once: on SQLite they take turns, on PostgreSQL locks decide (see test_postgres)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection
from django.http import Http404
from pytest_django.fixtures import Settings

from ml.types import Claim, Finding, Ran
from tests.webapp.albums import an_order, opened, packed
from tests.webapp.protecting import a_protected
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_job, a_photo, a_report, a_user
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Export, Face, Gallery, Job, Person, Photo, Reading, Run
from webapp.selectors.audit import first_broken
from webapp.services.audit import audit_write
from webapp.services.faces import face_name
from webapp.services.people import person_consent_withdraw
from webapp.services.photos import photo_erase

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
Status = Job.Status
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def gallery() -> Gallery:
    return a_gallery()


def at_once(*acts: Callable[[], T]) -> list[T]:
    """What each act gave, each in a thread and a connection of its own."""
    ready = Barrier(len(acts))

    def act(one: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            ready.wait()
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


def a_face(photo: Photo, left: float = 0) -> Face:
    return Face.objects.create(
        photo=photo, position=0, left=left, top=0, right=left + 50, bottom=50, score=1
    )


def test_one_of_many_workers_gets_the_job(gallery: Gallery) -> None:
    job = a_job(a_photo(gallery))
    claims = at_once(*[lambda: store.claim(job.pk)] * 6)
    assert len([claim for claim in claims if claim is not None]) == 1


@pytest.mark.parametrize("again", range(5))
def test_two_jobs_that_finish_on_one_photo_leave_one_runs_results(
    gallery: Gallery, again: int
) -> None:
    photo = a_photo(gallery)
    claims = [store.claim(a_job(photo).pk) for _ in range(2)]
    report = a_report(LEFT, RIGHT)
    won = at_once(*[lambda c=c: c is not None and store.finish(c, report) for c in claims])
    assert won == [True, True]
    assert Run.objects.count() == 3
    assert (Face.objects.count(), Reading.objects.count()) == (2, 2)


def test_one_attempt_that_finishes_twice_is_stored_once(gallery: Gallery) -> None:
    claim = store.claim(a_job(a_photo(gallery)).pk)
    assert claim is not None
    won = at_once(*[lambda: store.finish(claim, a_report(LEFT))] * 2)
    assert sorted(won) == [False, True]
    assert Face.objects.count() == 1


@pytest.mark.parametrize("again", range(5))
def test_a_photo_erased_while_its_job_finishes_is_gone(gallery: Gallery, again: int) -> None:
    photo, user = a_photo(gallery), a_user()
    claim = store.claim(a_job(photo).pk)
    assert claim is not None
    at_once(
        lambda: store.finish(claim, a_report(LEFT)),
        lambda: photo_erase(photo=photo, by=user),
    )
    assert not (Photo.objects.exists() or Run.objects.exists() or Face.objects.exists())


def test_a_photo_that_two_erase_is_erased_once(gallery: Gallery) -> None:
    photo, user = a_photo(gallery), a_user()
    at_once(*[lambda: photo_erase(photo=Photo(pk=photo.pk, gallery=gallery), by=user)] * 2)
    assert AuditLine.objects.filter(verb="photo-erase").count() == 1


def test_the_audit_log_stays_whole_under_many_writers() -> None:
    users = [a_user() for _ in range(6)]

    def write(number: int) -> None:
        for _ in range(5):
            audit_write(actor=users[number], verb="view", subject="photo:1")

    at_once(*[lambda n=n: write(n) for n in range(6)])
    assert AuditLine.objects.count() == 30
    assert first_broken() is None


def test_a_name_given_to_two_faces_at_once_is_one_person(gallery: Gallery) -> None:
    user, faces = a_user(), [a_face(a_photo(gallery)) for _ in range(4)]
    at_once(*[lambda f=f: face_name(face=f, name="Anna", by=user) for f in faces])
    assert Person.objects.count() == 1


def test_a_face_named_while_a_job_loses_it_keeps_its_name(gallery: Gallery) -> None:
    photo, user = a_photo(gallery), a_user()
    face = a_face(photo, left=500)
    claim = store.claim(a_job(photo).pk)
    assert claim is not None

    def name() -> None:
        with suppress(Http404):  # the job was first
            face_name(face=face, name="Anna", by=user)

    at_once(name, lambda: store.finish(claim, a_report(LEFT)))
    left = Face.objects.filter(pk=face.pk).first()
    assert Person.objects.count() == (0 if left is None else 1)
    assert left is None or left.person is not None


@pytest.mark.parametrize("again", range(5))
def test_consent_withdrawn_while_a_comparison_is_stored_leaves_nothing_of_it(
    gallery: Gallery, again: int
) -> None:
    owner = gallery.members.get()
    vera = a_protected(gallery, owner)
    job = a_job(a_photo(gallery), kind="authenticate", submitted_by=owner, options={"person": ""})
    claim = store.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(options={"person": str(vera.pk)})
    assert claim is not None
    found = Finding("compared", "face", "alike", Claim.IDENTITY, 1.0, "known", 0)
    report = a_report(LEFT)
    report = replace(
        report, findings=(found,), runs=(*report.runs, Ran("compared", "identity", "", 1))
    )
    at_once(
        lambda: store.finish(claim, report),
        lambda: person_consent_withdraw(person=vera, by=owner),
    )
    assert not Run.objects.filter(model="compared").exists()
    assert Job.objects.get(kind="authenticate").status == Status.DONE


def test_albums_packed_side_by_side_do_not_meet(gallery: Gallery) -> None:
    owner = gallery.members.get()
    for _ in range(2):
        a_photo(gallery)
    jobs = [an_order(gallery, owner, annotated=False) for _ in range(3)]
    done = at_once(*(partial(packed, job) for job in jobs))
    assert [job.status for job in done] == [Status.DONE] * 3
    for export in Export.objects.all():
        assert len(opened(export)[1]["photos"]) == 2


def test_an_album_offered_while_its_photo_is_erased_is_gone_with_it(gallery: Gallery) -> None:
    """Whoever is first: the ZIP is never there without the photo."""
    owner, photo, stays = gallery.members.get(), a_photo(gallery), a_photo(gallery)
    job = an_order(gallery, owner, annotated=False)
    at_once(lambda: packed(job).status, lambda: photo_erase(photo=photo, by=None))
    job.refresh_from_db()
    assert job.status == Status.DONE
    for export in Export.objects.all():
        assert [one["id"] for one in opened(export)[1]["photos"]] == [str(stays.pk)]
