"""Sealing: bytes about people are encrypted with their gallery's key, which a key file wraps.

AES-256-GCM with a random 96-bit nonce before the ciphertext (NIST SP 800-38D); the gallery's key
is wrapped the same way. Forgetting the wrapped key makes all it sealed unreadable, backups too
as long as they do not hold the database of before.
"""

from __future__ import annotations

import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from webapp.keyfiles import read_or_make
from webapp.models import Gallery

NONCE = 12


@cache
def key_file() -> AESGCM:
    return AESGCM(read_or_make(settings.SEALING_KEY_FILE))


def new_key() -> bytes:
    """A fresh gallery key, wrapped."""
    return _encrypt(key_file(), AESGCM.generate_key(256), b"gallery")


def seal(gallery: Gallery, plain: bytes, about: str) -> bytes:
    """Encrypt `plain` for this gallery. about: what it is; the same word opens it."""
    return _encrypt(_key(gallery), plain, about.encode())


def unseal(gallery: Gallery, sealed: bytes, about: str) -> bytes:
    """Decrypt what `seal` made.

    Raises:
        cryptography.exceptions.InvalidTag: another gallery's, another `about`, or changed bytes.
    """
    return _decrypt(_key(gallery), sealed, about.encode())


def seal_here(plain: bytes, about: str) -> bytes:
    """The same for what belongs to the installation and no gallery."""
    return _encrypt(key_file(), plain, about.encode())


def unseal_here(sealed: bytes, about: str) -> bytes:
    """Decrypt what `seal_here` made; raises as `unseal` does."""
    return _decrypt(key_file(), sealed, about.encode())


def _key(gallery: Gallery) -> AESGCM:
    return AESGCM(_decrypt(key_file(), bytes(gallery.sealed_key), b"gallery"))


def _encrypt(key: AESGCM, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, about)


def _decrypt(key: AESGCM, sealed: bytes, about: bytes) -> bytes:
    sealed = bytes(sealed)
    return key.decrypt(sealed[:NONCE], sealed[NONCE:], about)
