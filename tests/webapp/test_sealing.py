"""Sealed bytes open with their own gallery's key and for their own purpose only."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from webapp import sealing
from webapp.keyfiles import read_or_make
from webapp.models import Gallery, User
from webapp.services.galleries import gallery_create

pytestmark = pytest.mark.django_db


def gallery(name: str) -> Gallery:
    user = User.objects.create_user(name)
    return gallery_create(name=name, purpose="household", owner=user)


def test_opens_what_it_sealed() -> None:
    mine = gallery("mine")
    assert sealing.unseal(mine, sealing.seal(mine, b"face", "embedding"), "embedding") == b"face"


def test_another_gallery_cannot_open_it() -> None:
    mine, theirs = gallery("mine"), gallery("theirs")
    with pytest.raises(InvalidTag):
        sealing.unseal(theirs, sealing.seal(mine, b"face", "embedding"), "embedding")


def test_another_purpose_or_changed_bytes_do_not_open() -> None:
    mine = gallery("mine")
    sealed = sealing.seal(mine, b"face", "embedding")
    with pytest.raises(InvalidTag):
        sealing.unseal(mine, sealed, "exif")
    with pytest.raises(InvalidTag):
        sealing.unseal(mine, sealed[:-1] + bytes([sealed[-1] ^ 1]), "embedding")


def test_the_same_bytes_never_look_the_same() -> None:
    mine = gallery("mine")
    assert sealing.seal(mine, b"face", "x") != sealing.seal(mine, b"face", "x")


def test_a_key_file_is_made_once_and_is_private(tmp_path) -> None:
    first = read_or_make(tmp_path / "keys" / "a.key")
    assert read_or_make(tmp_path / "keys" / "a.key") == first
    assert len(first) == 32
    assert (tmp_path / "keys" / "a.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["a.key"]
