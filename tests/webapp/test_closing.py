"""Erasing a gallery or an account leaves nothing of theirs, and nothing of others' is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from webapp.models import AuditAlias, AuditLine, Gallery, Membership, Photo, User
from webapp.selectors.audit import first_broken
from webapp.services.closing import gallery_erase, user_erase
from webapp.services.galleries import gallery_create
from webapp.services.photos import photo_add

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password="correct horse")


def owner_of_a_photo(name: str, astronaut: Path) -> tuple[User, Photo]:
    user = User.objects.create_user(name)
    gallery = gallery_create(name=name, purpose="household", owner=user, personal=True)
    return user, photo_add(gallery=gallery, by=user, name="a.jpg", file=astronaut).photo


def files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_gallery_goes_with_key_and_files(chief: User, astronaut: Path, media: Path) -> None:
    _, photo = owner_of_a_photo("alice", astronaut)
    _, others = owner_of_a_photo("bob", astronaut)
    assert files(media) == 6
    gallery_erase(gallery=photo.gallery, by=chief)
    assert list(Photo.objects.all()) == [others]
    assert files(media) == 3
    assert not (media / "galleries" / str(photo.gallery_id)).exists()
    assert AuditLine.objects.filter(verb="gallery-erase").count() == 1


def test_an_account_goes_with_what_only_it_owns(chief: User, astronaut: Path) -> None:
    alice, _ = owner_of_a_photo("alice", astronaut)
    bob, kept = owner_of_a_photo("bob", astronaut)
    Membership.objects.create(gallery=kept.gallery, user=alice, role=Membership.Role.OWNER)
    user_erase(user=alice, by=chief)
    assert list(Photo.objects.all()) == [kept]
    assert set(User.objects.all()) == {chief, bob}
    assert not AuditAlias.objects.filter(user_id=alice.pk).exists()
    assert first_broken() is None


def test_a_gallery_with_another_owner_outlives_who_made_it(chief: User, astronaut: Path) -> None:
    alice, photo = owner_of_a_photo("alice", astronaut)
    bob = User.objects.create_user("bob")
    Membership.objects.create(gallery=photo.gallery, user=bob, role=Membership.Role.OWNER)
    user_erase(user=alice, by=chief)
    assert Gallery.objects.get(pk=photo.gallery_id).personal_of is None
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_the_administrator_confirms_first_and_cannot_erase_himself(
    chief: User, astronaut: Path
) -> None:
    alice, photo = owner_of_a_photo("alice", astronaut)
    office = Client()
    office.force_login(chief, "django.contrib.auth.backends.ModelBackend")
    address = f"/admin/webapp/user/{alice.pk}/delete/"
    assert "for good" in office.get(address).content.decode()
    assert User.objects.filter(pk=alice.pk).exists()
    office.post(address, {"post": "yes"})
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Photo.objects.filter(pk=photo.pk).exists()
    office.post(f"/admin/webapp/user/{chief.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=chief.pk).exists()
