"""Protecting people: consent first, true faces, and forgetting all of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from pytest_django.fixtures import Settings

from ml.errors import MLError
from ml.types import Box, Space
from tests.webapp.protecting import (
    OTHER,
    a_face,
    a_person,
    a_protected,
    best,
    looked_at,
    measured,
)
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_photo, a_user
from webapp import sealing
from webapp.jobs.inputs import FILL
from webapp.models import (
    Alert,
    AuditLine,
    Consent,
    Embedding,
    Enrolment,
    Face,
    Finding,
    Gallery,
    Job,
    Membership,
    Person,
    Run,
    User,
)
from webapp.selectors import people, protection
from webapp.selectors.audit import first_broken
from webapp.selectors.capabilities import policy_for
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit
from webapp.services.people import (
    consents_expire,
    enrolment_add,
    person_consent_withdraw,
    person_protect,
)
from webapp.services.photos import photo_erase, photo_trash

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def owner() -> User:
    return a_user()


@pytest.fixture
def gallery(owner: User) -> Gallery:
    return a_gallery(owner=owner)


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def wrong(person: Person, by: User, **fields: object) -> set[str]:
    """The fields about which protecting the person complains."""
    with pytest.raises(ValidationError) as error:
        person_protect(person=person, by=by, **fields)  # type: ignore[arg-type]
    assert not Consent.objects.exists()
    return set(error.value.message_dict)


def test_nothing_is_kept_before_consent(gallery: Gallery, owner: User) -> None:
    vera = a_person(gallery, faces=5)
    with pytest.raises(ValidationError, match="who agreed"):
        enrolment_add(person=vera, faces=vera.faces.all(), by=owner)
    assert not Enrolment.objects.exists()


def test_for_somebody_else_it_is_said_who_agreed_and_how(gallery: Gallery, owner: User) -> None:
    vera = a_person(gallery)
    assert wrong(vera, owner, basis="agreed", statement=" ") == {"statement"}
    assert wrong(vera, owner, basis="guardian") == {"statement"}
    given = person_protect(person=vera, by=owner, basis="agreed", statement="She said so.")
    assert (given.recorded_by, given.purpose) == (owner, "protection")
    line = AuditLine.objects.get(verb="person-protect")
    assert line.subject == f"person:{vera.pk}" and "She" not in line.detail


def test_an_organisation_says_until_when(owner: User) -> None:
    vera = a_person(a_gallery("organisation", owner))
    assert wrong(vera, owner, basis="self") == {"expires"}
    assert wrong(vera, owner, basis="self", expires=timezone.localdate()) == {"expires"}
    person_protect(person=vera, by=owner, basis="self", expires=tomorrow())
    assert people.consent_of(vera) is not None


def test_a_gallery_that_only_looks_protects_nobody(owner: User) -> None:
    assert wrong(a_person(a_gallery("look", owner)), owner, basis="self") == {"person"}


def test_only_faces_that_bear_the_name_are_true(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    strangers = [
        a_face(gallery, None),
        a_face(gallery, a_person(gallery, "Olga")),
        a_face(a_gallery(), None),
    ]
    for face in strangers:
        with pytest.raises(ValidationError, match="named Vera"):
            enrolment_add(person=vera, faces=[face], by=owner)
    more = [a_face(gallery, vera) for _ in range(protection.MOST - 4)]
    with pytest.raises(ValidationError, match="At most 20"):
        enrolment_add(person=vera, faces=more, by=owner)
    assert len(enrolment_add(person=vera, faces=more[1:], by=owner)) == 15
    assert enrolment_add(person=vera, faces=more[1:], by=owner) == []


def test_withdrawing_erases_with_a_line_in_the_log(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    looked_at(a_photo(gallery), (LEFT, (1, 0, 0)))
    assert Alert.objects.exists()
    person_consent_withdraw(person=vera, by=owner)
    assert not (Consent.objects.exists() or Enrolment.objects.exists() or Alert.objects.exists())
    assert AuditLine.objects.filter(verb="consent-withdraw", subject=f"person:{vera.pk}").exists()
    assert first_broken() is None
    assert Person.objects.get() == vera and vera.faces.count() == 5


def test_withdrawing_erases_what_comparing_found(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    for model, claim in (("traces", "edited"), ("compared", "identity")):
        job = asked(gallery, owner, vera.pk)
        run = Run.objects.create(photo=job.photos.get(), job=job, model=model, recipe=1)
        Finding.objects.create(run=run, name="x", claim=claim, weight=1.0)
    person_consent_withdraw(person=vera, by=owner)
    assert Finding.objects.get().claim == "edited"


def test_forgetting_erases_what_comparing_found_on_other_photos(
    gallery: Gallery, owner: User
) -> None:
    for forget in (erase, unname):
        vera = a_protected(gallery, owner, faces=5)
        job = asked(gallery, owner, vera.pk)
        run = Run.objects.create(photo=job.photos.get(), job=job, model="compared", recipe=1)
        Finding.objects.create(run=run, name="x", claim="identity", weight=1.0)
        for face in list(vera.faces.all()):
            forget(face, owner)
        assert not Person.objects.exists() and not Finding.objects.exists()


def erase(face: Face, by: User) -> None:
    photo_erase(photo=face.photo, by=by)


def unname(face: Face, by: User) -> None:
    face_name(face=face, name="", by=by)


def test_in_an_organisation_only_who_consented_is_measured(owner: User) -> None:
    gallery = a_gallery("organisation", owner)
    vera, photo = a_person(gallery), a_photo(gallery)
    assert "embedding" in policy_for(gallery).forbidden
    person_protect(person=vera, by=owner, basis="self", expires=tomorrow())
    assert "embedding" not in policy_for(gallery).forbidden
    looked_at(photo, (LEFT, (1, 0, 0)), (RIGHT, OTHER))
    assert not Embedding.objects.exists()
    face = photo.faces.first()
    face_name(face=face, name="Vera", by=owner)
    looked_at(photo, (LEFT, (1, 0, 0)), (RIGHT, OTHER))
    assert Embedding.objects.get().face == face
    person_consent_withdraw(person=vera, by=owner)
    assert not Embedding.objects.exists()
    assert "embedding" in policy_for(gallery).forbidden


def test_an_expired_consent_counts_no_more_and_is_erased(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    Consent.objects.update(expires=timezone.localdate())
    assert consents_expire() == 0 and people.consent_of(vera)
    Consent.objects.update(expires=timezone.localdate() - timedelta(days=1))
    assert people.consent_of(vera) is None and not people.protected_for(owner).exists()
    assert consents_expire() == 1
    assert not Enrolment.objects.exists()
    assert AuditLine.objects.get(verb="consent-withdraw").actor is None


def test_after_one_that_expired_a_new_consent_begins_with_nothing(
    gallery: Gallery, owner: User
) -> None:
    vera = a_protected(gallery, owner)
    Consent.objects.update(expires=timezone.localdate() - timedelta(days=1))
    person_protect(person=vera, by=owner, basis="self")
    assert not Enrolment.objects.exists() and consents_expire() == 0 and people.consent_of(vera)


def test_true_photos_in_the_trash_leave_their_place_to_others(
    gallery: Gallery, owner: User
) -> None:
    vera = a_protected(gallery, owner, faces=protection.MOST)
    more = a_face(gallery, vera)
    with pytest.raises(ValidationError, match="At most 20"):
        enrolment_add(person=vera, faces=[more], by=owner)
    photo_trash(photo=vera.enrolments.first().face.photo, by=owner)
    assert len(enrolment_add(person=vera, faces=[more], by=owner)) == 1


def test_another_name_takes_the_true_face_along(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner, faces=2)
    first, second = vera.faces.all()
    face_name(face=first, name="Olga", by=owner)
    assert protection.enrolled(vera).get() == second
    face_name(face=second, name="", by=owner)
    assert not Consent.objects.exists()
    assert AuditLine.objects.filter(verb="consent-withdraw").count() == 1
    with pytest.raises(Http404):
        person_protect(person=vera, by=owner, basis="self")


def test_erasing_photos_erases_what_hung_on_them(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner, faces=5)
    photo = a_photo(gallery)
    looked_at(photo, (LEFT, (1, 0, 0)))
    photo_erase(photo=photo, by=owner)
    assert not Alert.objects.exists()
    for face in list(vera.faces.all()):
        photo_erase(photo=face.photo, by=owner)
    assert not (Person.objects.exists() or Consent.objects.exists() or Enrolment.objects.exists())


def test_who_is_unlike_the_rest_is_told(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner, faces=4)
    odd, small = a_face(gallery, vera, OTHER), a_face(gallery, vera, None)
    measured(small, (1, 0, 0), Space(best().model, "of before", 1))
    enrolment_add(person=vera, faces=[odd, small], by=owner)
    told = {true.face.pk: (true.measured, true.apart) for true in protection.true_faces(vera)}
    assert told.pop(odd.pk) == (True, True)
    assert told.pop(small.pk) == (False, None)
    assert set(told.values()) == {(True, False)}


def test_of_two_nobody_says_which_is_wrong(gallery: Gallery, owner: User) -> None:
    vera = a_person(gallery, faces=1)
    a_face(gallery, vera, OTHER)
    person_protect(person=vera, by=owner, basis="self")
    enrolment_add(person=vera, faces=vera.faces.all(), by=owner)
    assert [true.apart for true in protection.true_faces(vera)] == [None, None]


def asked(gallery: Gallery, by: User | None, person: object) -> Job:
    job = Job.objects.create(
        kind="authenticate", gallery=gallery, submitted_by=by, options={"person": str(person)}
    )
    job.photos.add(a_photo(gallery))
    return job


def test_a_job_gets_the_true_faces_but_for_its_own_photo(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner, faces=6)
    face = vera.faces.first()
    exif = b'{"34665": {"36867": "2019:05:12 14:03:10"}}'
    for photo in gallery.photos.all():
        photo.sealed_exif = sealing.seal(gallery, exif, "exif")
        photo.save()
    job = asked(gallery, owner, vera.pk)
    assert len(FILL["true_faces"](job)) == 6
    job.photos.set([face.photo])
    found = FILL["true_faces"](job)
    assert len(found) == 5 and face.photo.original.path not in map(str, (f.photo for f in found))
    assert found[0].box == Box(10, 20, 110, 140)
    assert (found[0].name, found[0].taken) == ("photo.jpg", date(2019, 5, 12))


def test_nobody_named_needs_no_true_faces(gallery: Gallery, owner: User) -> None:
    assert FILL["true_faces"](asked(gallery, owner, "")) == ()


def test_a_job_fails_in_words_once_the_person_is_gone(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    job = asked(gallery, owner, vera.pk)
    vera.faces.first().photo.delete()
    with pytest.raises(MLError, match="4 other true photos here; 5 are needed"):
        FILL["true_faces"](job)
    Membership.objects.filter(user=owner).update(role="viewer")
    with pytest.raises(MLError, match="no longer protected here"):
        FILL["true_faces"](job)


def test_submitting_tells_nothing_of_people_elsewhere(gallery: Gallery, owner: User) -> None:
    elsewhere = a_gallery(owner=owner)
    theirs = a_protected(elsewhere, owner)
    unprotected = a_person(gallery, "Olga", faces=5)
    few = a_protected(gallery, owner, faces=4)
    said = [refusal(gallery, owner, one) for one in (theirs.pk, unprotected.pk, few.pk, "x'y")]
    assert len({said[0], said[1], said[3]}) == 1 and "No protected person" in said[0]
    assert said[2] == "The person has 4 other true photos here; 5 are needed to compare."


def test_asking_to_compare_is_written_down_and_found_again(gallery: Gallery, owner: User) -> None:
    vera, photo = a_protected(gallery, owner), a_photo(gallery)
    options = {"person": vera.pk.hex.upper()}
    job = job_submit(
        kind="authenticate", gallery=gallery, photos=[photo], by=owner, options=options
    )
    assert job.options["person"] == str(vera.pk)
    line = AuditLine.objects.get(verb="person-compare")
    assert (line.subject, line.detail) == (f"person:{vera.pk}", "1 photos")


def refusal(gallery: Gallery, by: User, person: object) -> str:
    """What job_submit answers."""
    photo, options = a_photo(gallery), {"person": str(person)}
    with pytest.raises(ValidationError) as error:
        job_submit(kind="authenticate", gallery=gallery, photos=[photo], by=by, options=options)
    return str(error.value.message_dict["person"][0])
