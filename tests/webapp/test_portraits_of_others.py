"""Portraits made with more photos of a person: whose those may be, and that they go with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ml.generation.generate_files import LEARNT_PHOTOS
from ml.generation.sitting import OTHER_PHOTOS
from ml.types import Artifact as Made
from ml.types import Report
from tests.webapp.protecting import OTHER, a_face, a_person
from tests.webapp.rows import a_gallery, a_job, a_report, a_user
from webapp.jobs import people, portraits
from webapp.jobs.signing import UNSIGNED
from webapp.models import Face, Gallery, Job, Learnt, Person, Portrait, User
from webapp.selectors.people import consent_of
from webapp.services.consents import consent_record
from webapp.services.faces import face_name

GONE = "c" * 64  # of a photo that is not there
pytestmark = pytest.mark.django_db
SEVERAL = pytest.mark.parametrize("fact", [OTHER_PHOTOS, LEARNT_PHOTOS])


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def ours(anna: User) -> Gallery:
    return a_gallery(owner=anna)


@pytest.fixture
def vera(ours: Gallery, anna: User) -> Person:
    """On three photos."""
    person = a_person(ours, faces=3)
    consent_record(person=person, by=anna, purpose="generation", basis="self")  # type: ignore[arg-type]
    return person


def asked(face: Face, by: User, kind: str = "generate", **options: object) -> Job:
    chosen = {"faces": [str(face.pk)]} | options
    return a_job(face.photo, kind=kind, submitted_by=by, options=chosen)


def finished(job: Job, face: Face, **facts: str) -> Job:
    """Whatever a worker made is to be kept."""
    job.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
    told = facts | {UNSIGNED: "b" * 64}
    one = Made("generate", "portrait", "image/png", Path("x"), "a" * 64, 1, face=0, facts=told)
    report: Report = replace(a_report(), artifacts=(one,))
    portraits.write(job, [face.photo], report, {one.sha256: "made.png"})
    job.refresh_from_db()
    return job


def test_a_stranger_under_the_same_name_is_not_among_the_other_photos(
    ours: Gallery, anna: User, vera: Person
) -> None:
    chosen = vera.faces.order_by("photo__created")[0]
    stranger = a_face(ours, vera, OTHER)
    a_face(ours, vera, None)  # never measured: nothing speaks against it
    found = {one.photo for one in people.others(asked(chosen, anna))}
    assert len(found) == 3 and Path(stranger.photo.original.path) not in found
    disguised = {one.photo for one in people.others(asked(chosen, anna, "cloak"))}
    assert Path(stranger.photo.original.path) in disguised


@SEVERAL
def test_a_portrait_goes_when_a_photo_it_was_made_of_too_gets_another_name(
    anna: User, vera: Person, fact: str
) -> None:
    chosen, other, third = vera.faces.all()
    finished(asked(chosen, anna), chosen, **{fact: f"{other.photo.sha256}; {GONE}"})
    assert not Portrait.objects.exists(), "of a photo that shows nobody of the name"
    finished(asked(chosen, anna), chosen, **{fact: other.photo.sha256})
    face_name(face=third, name="Third", by=anna)
    assert Portrait.objects.count() == 1
    face_name(face=other, name="Other", by=anna)
    assert not Portrait.objects.exists()


@SEVERAL
def test_it_is_not_kept_where_the_photo_got_another_name_while_it_was_made(
    ours: Gallery, anna: User, vera: Person, fact: str
) -> None:
    chosen, other, _ = vera.faces.all()
    face_name(face=other, name="Other", by=anna)
    job = finished(asked(chosen, anna), chosen, **{fact: other.photo.sha256})
    assert job.status == Job.Status.FAILED and "no longer said to show them" in job.error
    assert not Portrait.objects.exists()


@pytest.mark.parametrize("there", [True, False])
def test_it_is_not_kept_where_what_was_learnt_was_erased_while_it_was_made(
    anna: User, vera: Person, there: bool
) -> None:
    chosen = vera.faces.all()[0]
    if there:
        given = consent_of(vera, "generation")  # type: ignore[arg-type]
        assert given is not None
        Learnt.objects.create(
            person=vera, basis=given.basis, consented=given.created, network="n", steps=1, side=64,
            sealed_file=b"x", sha256="d" * 64, size=1,
        )  # fmt: skip
    job = finished(asked(chosen, anna, learnt=True), chosen)
    assert Portrait.objects.exists() is there
    assert (job.status == Job.Status.DONE) is there and ("erased" in job.error) is not there
