"""Whose faces a disguise may measure and change, and what of it withdrawing erases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.fixtures import Settings

from ml import types
from ml.contracts.disguising import PASS_FOR
from ml.protection.records import PHOTO_OF
from ml.types import Report
from tests.webapp.rows import a_face, a_gallery, a_photo, a_user
from webapp.jobs import made
from webapp.jobs.store import DjangoJobStore
from webapp.models import Face, Gallery, Job, Photo, Run, User
from webapp.pages.files import options_of
from webapp.services.face_choice import NO_CONSENT, NO_RECOGNISER, NOT_DISGUISED
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit
from webapp.services.people import person_consent_withdraw, person_protect

pytestmark = pytest.mark.django_db
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def office(anna: User) -> Gallery:
    return a_gallery("organisation", anna)


@pytest.fixture
def eva(office: Gallery, anna: User) -> Face:
    """A face of somebody who agreed."""
    face = face_name(face=a_face(a_photo(office)), name="Eva", by=anna)
    until = timezone.localdate() + timedelta(days=30)
    person_protect(
        person=face.person, by=anna, basis="agreed", statement="Eva, in writing", expires=until
    )
    return face


def asked(photo: Photo, by: User, kind: str = "cloak", **options: Any) -> Job:
    return job_submit(kind=kind, gallery=photo.gallery, photos=[photo], by=by, options=options)


def error_of(job: Job) -> str:
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    return job.error


@pytest.mark.parametrize("kind", ["cloak", "make-up"])
def test_an_organisation_disguises_nobody_who_did_not_agree(
    office: Gallery, eva: Face, anna: User, kind: str
) -> None:
    photo = a_photo(office)
    bob = face_name(face=a_face(photo), name="Bob", by=anna)
    for options in ({}, {"faces": [str(bob.pk)]}):
        with pytest.raises(ValidationError) as error:
            asked(photo, anna, kind, **options)
        assert error.value.message_dict == {"faces": [NOT_DISGUISED]}
    claim = store.claim(asked(eva.photo, anna, kind).pk)
    assert claim is not None and len(claim.inputs.faces) == 1, "hers, and no face found besides"


def test_on_a_photo_nobody_looked_at_nobody_is_known_to_agree(
    office: Gallery, eva: Face, anna: User
) -> None:
    with pytest.raises(ValidationError):
        asked(a_photo(office), anna)


def test_a_household_asks_nobody(anna: User) -> None:
    photo = a_photo(a_gallery(owner=anna))
    a_face(photo)
    claim = store.claim(asked(photo, anna).pk)
    assert claim is not None and claim.inputs.faces == ()


def test_who_thinks_better_of_it_before_the_job_runs_is_not_disguised(
    eva: Face, anna: User
) -> None:
    job = asked(eva.photo, anna)
    person_consent_withdraw(person=eva.person, by=anna)
    assert error_of(job) == NOT_DISGUISED


def test_nobody_is_told_apart_or_taken_for_who_thought_better_of_it(
    office: Gallery, eva: Face, anna: User
) -> None:
    leaving = {"who": "all-but-people-i-name", "people": [str(eva.pk)]}
    job = asked(a_photo(office), anna, "anonymise", **leaving)
    person_consent_withdraw(person=eva.person, by=anna)
    assert error_of(job) == NO_CONSENT


def a_run(photo: Photo, job: Job, tmp_path: Path, *kinds: str) -> Run:
    """As if the job had made files of these kinds, the first the photo."""
    files = []
    for kind in kinds:
        path = tmp_path / f"{kind}.bin"
        path.write_bytes(kind.encode())
        facts = {"strength": 100.0} if kind == kinds[0] else {PHOTO_OF: kinds[0].ljust(64, "0")}
        digest = kind.ljust(64, "0")
        files.append(
            types.Artifact("cloak", kind, "text/plain", path, digest, 5, None, dict(facts))
        )
    report = Report((640, 480), artifacts=tuple(files))
    made.add(job, [photo], report, {one.sha256: one.path.name for one in files})
    return photo.runs.get(model="cloak")


def test_withdrawing_erases_what_recognisers_said_and_leaves_the_picture(
    eva: Face, anna: User, tmp_path: Path
) -> None:
    run = a_run(eva.photo, asked(eva.photo, anna), tmp_path, "cloak", "proof", "heat-map")
    person_consent_withdraw(person=eva.person, by=anna)
    assert sorted(run.artifacts.values_list("kind", flat=True)) == ["cloak", "heat-map"]


def test_withdrawing_erases_pictures_in_which_another_passes_for_the_person(
    office: Gallery, eva: Face, anna: User, tmp_path: Path
) -> None:
    photo = a_photo(office)
    other = face_name(face=a_face(photo), name="Ida", by=anna)
    until = timezone.localdate() + timedelta(days=30)
    person_protect(person=other.person, by=anna, basis="agreed", statement="x", expires=until)
    job = asked(photo, anna, aim=PASS_FOR, target=[str(eva.pk)])
    run = a_run(photo, job, tmp_path, "cloak", "proof")
    person_consent_withdraw(person=eva.person, by=anna)
    assert not run.artifacts.exists()


def test_of_a_picture_made_again_only_the_new_proof_stays(
    eva: Face, anna: User, tmp_path: Path
) -> None:
    run = a_run(eva.photo, asked(eva.photo, anna), tmp_path, "cloak", "proof")
    (old,) = run.artifacts.filter(kind="proof")
    a_run(eva.photo, asked(eva.photo, anna), tmp_path, "cloak", "proof")
    (new,) = run.artifacts.filter(kind="proof")
    assert new.pk != old.pk and run.artifacts.count() == 2


def test_only_what_the_newest_job_was_asked_for_can_be_made_weaker(
    eva: Face, anna: User, tmp_path: Path
) -> None:
    chosen = asked(eva.photo, anna, faces=[str(eva.pk)], strength=80)
    run = a_run(eva.photo, chosen, tmp_path, "cloak")
    (file,) = run.artifacts.all()
    assert ("faces", str(eva.pk)) in options_of(file)
    assert "strength" not in dict(options_of(file))
    run.job = asked(eva.photo, anna)
    run.save()
    (file,) = run.artifacts.all()
    assert options_of(file) == ()


DISGUISED = {"acts": ["disguise-faces"]}


def test_making_safe_disguises_only_who_agreed_and_others_are_left(
    office: Gallery, eva: Face, anna: User
) -> None:
    photo = eva.photo
    bob = face_name(face=a_face(photo, 300), name="Bob", by=anna)
    with pytest.raises(ValidationError) as error:
        asked(photo, anna, "make-safe", **DISGUISED)
    assert error.value.message_dict == {"faces": [NOT_DISGUISED]}
    claim = store.claim(asked(photo, anna, "make-safe", faces=[str(bob.pk)], **DISGUISED).pk)
    assert claim is not None
    assert [box.left for box in claim.inputs.agreed] == [eva.left]
    assert [box.left for box in claim.inputs.faces] == [bob.left]


def test_covering_faces_takes_nobodys_consent(office: Gallery, anna: User) -> None:
    photo = a_photo(office)
    a_face(photo)
    claim = store.claim(asked(photo, anna, "make-safe").pk)
    assert claim is not None and claim.inputs.agreed is None


def test_who_thinks_better_of_it_is_not_disguised_on_the_way_to_a_safe_file(
    eva: Face, anna: User
) -> None:
    job = asked(eva.photo, anna, "make-safe", **DISGUISED)
    person_consent_withdraw(person=eva.person, by=anna)
    assert error_of(job) == NOT_DISGUISED


def test_where_nobody_is_measured_nobody_is_disguised(anna: User) -> None:
    photo = a_photo(a_gallery("look", anna))
    a_face(photo)
    with pytest.raises(ValidationError) as error:
        asked(photo, anna, "make-safe", **DISGUISED)
    assert error.value.message_dict == {"options": [NO_RECOGNISER]}
