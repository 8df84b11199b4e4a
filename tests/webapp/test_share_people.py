"""Whose faces share links show, and what happens where a picture could not be made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from tests.webapp.sharing import (
    a_maker,
    a_ready_share,
    a_secret_photo,
    a_share,
    finish,
    is_gone,
    link,
    recipe,  # noqa: F401  a fixture
)
from webapp.models import Consent, Face, Gallery, Job, Person, Photo, Run, Share, ShareItem, User
from webapp.selectors import shares as selectors
from webapp.selectors.shares import State, state_of
from webapp.services.consents import consent_record, consent_withdraw
from webapp.services.jobs import job_cancel
from webapp.services.people import consents_expire, person_consent_withdraw, person_protect
from webapp.services.shares import (
    Terms,
    share_create,
    share_leave_out,
    share_retry,
    share_revoke,
)

SHARING = Consent.Purpose.SHARING
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe")]


@pytest.fixture
def maker() -> tuple[User, Gallery]:
    return a_maker()


@pytest.fixture
def user(maker: tuple[User, Gallery]) -> User:
    return maker[0]


@pytest.fixture
def photo(maker: tuple[User, Gallery], tmp_path: Path) -> Photo:
    return a_secret_photo(maker[1], tmp_path)


@pytest.fixture
def second(maker: tuple[User, Gallery], tmp_path: Path) -> Photo:
    return a_secret_photo(maker[1], tmp_path)


@pytest.fixture
def share(user: User, photo: Photo, second: Photo) -> Share:
    """Ready, of two photos."""
    return a_ready_share(user, photo, second)


def test_organisations_share_nobody_who_has_not_agreed(
    user: User, photo: Photo, tmp_path: Path
) -> None:
    Gallery.objects.update(purpose="organisation")
    photo.refresh_from_db()
    person = Person.objects.create(gallery=photo.gallery, name="Eileen")
    box = {"left": 0, "top": 0, "right": 9, "bottom": 9, "score": 1, "position": 0}
    Face.objects.create(photo=photo, person=person, **box)
    Run.objects.create(photo=photo, model="finder", task="detection", recipe=1)
    with pytest.raises(ValidationError):
        a_share(user, photo)
    agreed = {"basis": "agreed", "statement": "By letter"}
    agreed["expires"] = timezone.localdate() + timedelta(days=2)  # type: ignore[assignment]
    person_protect(person=person, by=user, **agreed)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        a_share(user, photo)  # they agreed to another thing
    consent_record(person=person, by=user, purpose=SHARING, **agreed)  # type: ignore[arg-type]
    share = a_ready_share(user, photo)
    path = link(share)
    assert Client().get(path).status_code == 200
    person.consents.update(expires=timezone.localdate() - timedelta(days=1))
    assert is_gone(share, path)


def test_organisations_share_no_face_without_a_name_unless_it_is_covered(
    user: User, photo: Photo
) -> None:
    Gallery.objects.update(purpose="organisation")
    photo.refresh_from_db()
    with pytest.raises(ValidationError):
        a_share(user, photo)  # nobody has looked: it may show anyone
    Run.objects.create(photo=photo, model="finder", task="detection", recipe=1)
    a_share(user, photo)
    box = {"left": 0, "top": 0, "right": 9, "bottom": 9, "score": 1, "position": 0}
    face = Face.objects.create(photo=photo, **box)
    with pytest.raises(ValidationError):
        a_share(user, photo)
    asked = {"gallery": photo.gallery, "photos": [photo], "by": user, "terms": Terms()}
    safe = share_create(**asked, kind="make-safe", options={"acts": ["cover-faces"]})
    assert state_of(safe) is State.PREPARING
    with pytest.raises(ValidationError):
        share_create(**asked, kind="make-safe", options={"acts": []})
    left = {"acts": ["cover-faces"], "faces": [str(face.pk)]}
    with pytest.raises(ValidationError):
        share_create(**asked, kind="make-safe", options=left)


def test_withdrawing_consent_ends_what_shows_the_person(
    user: User, photo: Photo, share: Share
) -> None:
    person = Person.objects.create(gallery=photo.gallery, name="Eileen")
    box = {"left": 0, "top": 0, "right": 9, "bottom": 9, "score": 1, "position": 0}
    Face.objects.create(photo=photo, person=person, **box)
    person_protect(person=person, by=user, basis="self")
    consent_record(person=person, by=user, purpose=SHARING, basis="self")
    path = link(share)
    person_consent_withdraw(person=person, by=user)
    assert not is_gone(share, path), "it was for another purpose"
    consent_withdraw(person=person, by=user, purpose=SHARING)
    share.refresh_from_db()
    assert share.ended and is_gone(share, path)
    assert not Consent.objects.exists()


def test_each_consent_expires_by_itself(user: User, photo: Photo, share: Share) -> None:
    person = Person.objects.create(gallery=photo.gallery, name="Eileen")
    box = {"left": 0, "top": 0, "right": 9, "bottom": 9, "score": 1, "position": 0}
    Face.objects.create(photo=photo, person=person, **box)
    person_protect(person=person, by=user, basis="self")
    consent_record(person=person, by=user, purpose=SHARING, basis="self")
    Consent.objects.filter(purpose=SHARING).update(expires=timezone.localdate() - timedelta(days=1))
    assert consents_expire() == 1
    assert [row.purpose for row in person.consents.all()] == ["protection"]
    share.refresh_from_db()
    assert share.ended


def test_what_failed_is_named_tried_again_or_left_out(
    user: User, photo: Photo, second: Photo, tmp_path: Path
) -> None:
    share = a_share(user, photo, second)
    first, other = share.items.all()
    finish(first.job, tmp_path)
    assert other.job
    job_cancel(job=other.job, by=user)
    assert state_of(share) is State.FAILED
    assert [item.photo for item in selectors.failed(share)] == [second]
    assert Client().get(link(share)).status_code == 404
    share_retry(share=share, by=user)
    assert state_of(share) is State.PREPARING
    job_cancel(job=other.job, by=user)
    left_out = other.job.pk
    share_leave_out(share=share, by=user)
    assert state_of(share) is State.READY and share.count == 1
    assert Client().get(link(share)).status_code == 200
    assert not Job.objects.filter(pk=left_out).exists(), "nobody tries it again for the gallery"


def test_a_job_that_ended_without_a_picture_is_made_anew(user: User, photo: Photo) -> None:
    share = a_share(user, photo)
    Job.objects.update(status=Job.Status.DONE)
    assert state_of(share) is State.FAILED
    share_retry(share=share, by=user)
    share = selectors.visible_to(user).get()
    assert state_of(share) is State.PREPARING
    share_revoke(share=share, by=user)
    with pytest.raises(ValidationError):
        share_retry(share=Share.objects.get(), by=user)


def test_not_all_can_be_left_out(user: User, photo: Photo) -> None:
    share = a_share(user, photo)
    job_cancel(job=share.items.get().job, by=user)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        share_leave_out(share=share, by=user)
    assert ShareItem.objects.count() == 1
