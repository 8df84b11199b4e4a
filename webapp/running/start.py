"""What must be so before an installation starts, and where it can then be visited."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from django.conf import settings
from django.urls import reverse

from webapp.models import User
from webapp.selectors import models
from webapp.selectors.capabilities import weights
from webapp.services.users import first_administrator, sign_in_link_create

ROOM_NEEDED = 300 * 1024**2  # bytes


class CannotStart(Exception):
    """A sentence that says what to do first."""


def folders_make() -> None:
    """Make the folders for data, each the owner's only.

    Raises:
        CannotStart: somebody else owns one.
    """
    data = Path(settings.DATA_DIR)
    for folder in (data, settings.RUN_DIR, settings.MEDIA_ROOT, data / "valkey"):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise CannotStart(f"{folder} belongs to somebody else. Choose another with DATA_DIR.")
        folder.chmod(0o700)


def lock() -> IO[str]:
    """Hold the data folder, as long as the file returned is open.

    Raises:
        CannotStart: another `up` holds it.
    """
    file = (settings.DATA_DIR / "up.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise CannotStart(
            f"Prosopa is already running on {settings.DATA_DIR}. Stop it first, or choose another "
            "folder with DATA_DIR."
        ) from None
    return file


def check() -> None:
    """Raises:
    CannotStart: the port is taken, the disk nearly full, or weights are missing.
    """
    _check_room()
    _check_weights()
    _check_port()


def _check_room() -> None:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < ROOM_NEEDED:
        raise CannotStart(
            f"The disk is nearly full: {free // 1024**2} MB are left for {settings.DATA_DIR}, "
            f"{ROOM_NEEDED // 1024**2} MB are needed."
        )


def _check_weights() -> None:
    store = weights()
    if missing := [card.title for card in models.core() if not store.has(card.weights)]:
        raise CannotStart(
            f"Weights are missing ({', '.join(missing)}). Run first: python manage.py models fetch"
        )


def _check_port() -> None:
    address = (settings.HOST, settings.PORT)
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CannotStart(
                f"Port {settings.PORT} of {settings.HOST} cannot be used ({error.strerror}). "
                "Choose another with PORT."
            ) from None


def base_url() -> str:
    """Where a browser on this machine finds the pages."""
    host = "localhost" if settings.HOST in ("0.0.0.0", "::", "127.0.0.1") else settings.HOST  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def answers() -> bool:
    """Whether /healthz says that everything is there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    connection = HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def sign_in_url(token: str) -> str:
    return base_url() + reverse("sign-in-link", args=[token])


def first_url() -> str:
    """What `up` prints: with a one-time sign-in as long as the administrator has no password."""
    admin: User = first_administrator()
    if admin.has_usable_password():
        return base_url() + "/"
    return sign_in_url(sign_in_link_create(user=admin))
