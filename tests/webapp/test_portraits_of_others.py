"""Portraits made with more photos of a person: whose those may be, and that they go with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from ml.generation.generate_files import LEARNT_PHOTOS
from ml.generation.portraits_pipeline import NOT_ALIKE, UNUSED
from ml.generation.sitting import OTHER_PHOTOS
from ml.types import Artifact as Made
from ml.types import Report
from tests.webapp.protecting import OTHER, a_face, a_person
from tests.webapp.rows import a_gallery, a_job, a_report, a_user
from webapp.jobs import people, portraits
from webapp.jobs.signing import UNSIGNED
from webapp.models import Face, Gallery, Job, Learnt, Person, Portrait, User
from webapp.pages.portraits import card
from webapp.selectors.people import consent_of
from webapp.selectors.portraits import options_like, others_like, receipt_of, sheets_of
from webapp.services.consents import consent_record
from webapp.services.faces import face_name
from webapp.services.photos import photo_trash
from webapp.services.portraits import portraits_more

GONE = "c" * 64  # of a photo that is not there
DRAWN: dict[str, Any] = {"expression": "as it was", "seed": 0, "side": 512}  # facts
DRAWN |= {f"{turn} asked": 0.0 for turn in ("yaw", "pitch", "roll")}
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


def finished(job: Job, face: Face, *notes: str, **facts: Any) -> Job:
    """Whatever a worker made is to be kept; always the same file."""
    job.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
    told = facts | {UNSIGNED: "b" * 64}
    one = Made("generate", "portrait", "image/png", Path("x"), "a" * 64, 1, face=0, facts=told)
    report: Report = replace(a_report(), artifacts=(one,), notes=notes)
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


def test_the_same_file_made_again_says_whether_further_photos_were_used_this_time(
    anna: User, vera: Person
) -> None:
    chosen, other, _ = vera.faces.all()

    def made(
        *others: Face, **facts: str
    ) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
        job = asked(chosen, anna, "portraits", others=[str(one.pk) for one in others])
        notes = (NOT_ALIKE,) if facts else ()
        assert finished(job, chosen, *notes, **DRAWN | facts).status == Job.Status.DONE
        portrait = Portrait.objects.get()
        (sheet,) = sheets_of(anna, chosen.photo).new
        assert portrait.job == job and sheet.portraits == (portrait,)
        how = receipt_of(portrait, editor=True)["how"]
        return how, sheet.notes, card(portrait).lines

    alone = made()
    assert UNUSED not in alone[0] and not alone[1] and not alone[2]
    how, notes, lines = made(other, **{UNUSED: NOT_ALIKE})
    assert how == alone[0] | {UNUSED: NOT_ALIKE} and notes == (NOT_ALIKE,)
    assert any("not used" in line for line in lines)
    assert made() == alone


def test_a_job_tells_its_notes(client: Client, anna: User, vera: Person) -> None:
    chosen = vera.faces.all()[0]
    job = finished(asked(chosen, anna, "portraits"), chosen, NOT_ALIKE, **DRAWN)
    client.force_login(anna)
    pages = (f"/jobs/{job.pk}/", f"/photos/{chosen.photo_id}/?tab=portraits")
    assert all(NOT_ALIKE in client.get(page).content.decode() for page in pages)
    assert client.get(f"/api/v1/jobs/{job.pk}").json()["notes"] == [NOT_ALIKE]


def test_more_like_it_asks_for_the_photos_that_were_used_and_are_still_there(
    client: Client, ours: Gallery, anna: User, vera: Person
) -> None:
    chosen, used, third = vera.faces.all()
    unused = a_face(ours, vera)
    first = asked(chosen, anna, "portraits", others=[str(one.pk) for one in (third, unused, used)])
    made_of = "; ".join(one.photo.sha256 for one in (third, used))
    finished(first, chosen, **DRAWN | {OTHER_PHOTOS: made_of, UNUSED: NOT_ALIKE})
    portrait = Portrait.objects.get()
    face_name(face=unused, name="Grace", by=anna)

    def more() -> Job:
        portrait.refresh_from_db()
        return portraits_more(portrait=portrait, by=anna)

    job = more()
    assert job.options["others"] == [str(third.pk), str(used.pk)] and not job.notes
    photo_trash(photo=third.photo, by=anna)
    job = more()
    assert job.options["others"] == [str(used.pk)] and "no longer be chosen: 1" in job.notes
    client.force_login(anna)
    told = client.post(f"/portraits/{portrait.pk}/more/", follow=True).content.decode()
    assert "no longer be chosen: 1" in told
    finished(job, chosen, NOT_ALIKE, **DRAWN)
    job.refresh_from_db()
    assert job.notes.splitlines()[1:] == [NOT_ALIKE], "both are told"


def test_more_like_one_whose_further_photos_were_not_used_asks_for_none(
    anna: User, vera: Person
) -> None:
    chosen, other, _ = vera.faces.all()
    job = asked(chosen, anna, "portraits", others=[str(other.pk)])
    finished(job, chosen, **DRAWN | {UNUSED: NOT_ALIKE})
    photo_trash(photo=other.photo, by=anna)
    again = portraits_more(portrait=Portrait.objects.get(), by=anna)
    assert again.options["others"] == [] and not again.notes


def test_of_pictures_by_words_no_further_photos_are_chosen(anna: User, vera: Person) -> None:
    chosen, other, _ = vera.faces.all()
    job = asked(chosen, anna, others=True, count=1)
    finished(job, chosen, **DRAWN | {OTHER_PHOTOS: other.photo.sha256})
    portrait = Portrait.objects.get()
    assert others_like(portrait, anna) == ([], 0) and options_like(portrait)["others"] is True


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
