"""Alerts: a new photo looks like a protected person, and who may be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from tests.webapp.protecting import OTHER, SAME, a_face, a_person, a_protected, looked_at, old
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_photo, a_user
from webapp.models import Alert, Gallery, Membership, Run, User
from webapp.selectors import alerts
from webapp.services.alerts import alerts_dismiss, alerts_raise
from webapp.services.faces import face_name

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


def joined(user: User, gallery: Gallery, role: str) -> Membership:
    return Membership.objects.create(user=user, gallery=gallery, role=role)


def test_a_new_photo_with_such_a_face_is_told(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    photo = a_photo(gallery)
    looked_at(photo, (LEFT, SAME), (RIGHT, OTHER))
    alert = alerts.unseen_for(owner).get()
    assert (alert.person, alert.face, alert.distance) == (vera, photo.faces.get(position=0), 0)


def test_strangers_are_not(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner)
    looked_at(a_photo(gallery), (LEFT, OTHER))
    assert not Alert.objects.exists()


def test_four_true_photos_compare_nothing(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner, faces=4)
    looked_at(a_photo(gallery), (LEFT, SAME))
    assert not Alert.objects.exists()


def test_photos_of_before_are_no_news(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner)
    looked_at(old(a_photo(gallery)), (LEFT, SAME))
    assert not Alert.objects.exists()


def test_measures_of_another_day_are_not_compared(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    Run.objects.filter(embeddings__face__person=vera).update(recipe=99)
    looked_at(a_photo(gallery), (LEFT, SAME))
    assert not Alert.objects.exists()


def test_looking_again_repeats_nothing(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    photo = a_photo(gallery)
    looked_at(photo, (LEFT, SAME))
    assert alerts_dismiss(alerts=alerts.unseen_for(owner)) == 1
    looked_at(photo, (LEFT, SAME))
    assert not alerts.unseen_for(owner).exists() and alerts.visible_to(owner).count() == 1
    other = a_photo(gallery)
    looked_at(other, (LEFT, OTHER))
    face_name(face=other.faces.get(), name=vera.name, by=owner)
    looked_at(other, (LEFT, SAME))
    assert Alert.objects.count() == 1


def test_a_face_that_got_the_persons_name_is_no_news(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    photo = a_photo(gallery)
    looked_at(photo, (LEFT, SAME))
    face_name(face=photo.faces.get(), name="Olga", by=owner)
    assert alerts.unseen_for(owner).count() == 1
    face_name(face=photo.faces.get(), name=vera.name, by=owner)
    assert not alerts.unseen_for(owner).exists()


def test_other_galleries_count_as_long_as_one_may_see_them(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner)
    theirs = a_gallery()
    looked_at(a_photo(theirs), (LEFT, SAME))
    assert not Alert.objects.exists()
    membership = joined(owner, theirs, "viewer")
    looked_at(a_photo(theirs), (LEFT, SAME))
    assert alerts.unseen_for(owner).count() == 1
    membership.delete()
    assert not alerts.visible_to(owner).exists()


def test_who_only_looks_is_not_told(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner)
    viewer, editor = a_user(), a_user()
    joined(viewer, gallery, "viewer")
    joined(editor, gallery, "editor")
    looked_at(a_photo(gallery), (LEFT, SAME))
    assert alerts.unseen_for(editor).count() == 1
    for nobody in (viewer, a_user(), AnonymousUser()):
        assert not alerts.visible_to(nobody).exists()


def test_what_lies_in_the_trash_is_not_told_of(gallery: Gallery, owner: User) -> None:
    a_protected(gallery, owner)
    photo = a_photo(gallery)
    looked_at(photo, (LEFT, SAME))
    photo.trashed = photo.created
    photo.save()
    assert not alerts.visible_to(owner).exists()


def test_one_odd_true_photo_does_not_raise_it(gallery: Gallery, owner: User) -> None:
    vera = a_protected(gallery, owner)
    odd = vera.faces.first().embeddings.get()
    like = a_face(gallery, None, OTHER).embeddings.get()
    odd.sealed_vector = like.sealed_vector
    odd.save()
    looked_at(a_photo(gallery), (LEFT, OTHER))
    assert not Alert.objects.exists()


def test_where_nobody_is_protected_it_costs_one_query(
    gallery: Gallery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_person(gallery, faces=6)
    photo = a_face(gallery, None).photo
    with django_assert_num_queries(1):
        alerts_raise(photo=photo)
    assert not Alert.objects.exists()
