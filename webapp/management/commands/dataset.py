"""`manage.py dataset build OUT`: a data set of one's own photos of people who agreed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ml import decode
from ml.errors import MLError
from ml.generation.training_set import Limits, Shown, sorted_out, written
from ml.types import Picture
from webapp.files import local
from webapp.models import Gallery, Photo, User
from webapp.selectors import galleries, photos
from webapp.selectors.prompt_rules import in_force
from webapp.selectors.training import shown_for
from webapp.services.audit import audit_write

NOBODY = (
    "No face in this gallery is of somebody who agreed to new portraits: name faces, and record "
    "consent on the people's pages."
)


class Command(BaseCommand):
    help = "Build a data set (images, captions, pairs, manifest) of consenting people's faces."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("build",))
        parser.add_argument("out", type=Path, help="a folder that is not there, or empty")
        parser.add_argument("--user", required=True, help="who asks, and may name the faces")
        parser.add_argument("--gallery", required=True, help="its name or id")
        limits = Limits()
        parser.add_argument("--side", type=int, default=limits.side, help="least side, pixels")
        parser.add_argument("--face", type=int, default=limits.face, help="least face, pixels")
        parser.add_argument(
            "--quality", type=float, default=limits.quality, help="least quality of 100; 0: any"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        gallery = gallery_of(user, options["gallery"])
        limits = Limits(options["side"], options["face"], options["quality"])
        shown = list(shown_for(user, gallery))
        if not shown:
            raise CommandError(NOBODY)
        with TemporaryDirectory() as folder:
            try:
                chosen = sorted_out(shown, limits, in_force())
                about = written(options["out"], chosen, limits, Pictures(user, Path(folder)))
            except (MLError, OSError) as error:
                raise CommandError(str(error)) from None
        audit_write(
            actor=user, verb="dataset-build", subject=f"gallery:{gallery.pk}", gallery=gallery.pk,
            detail=f"{about['images']} images of {about['people']} people",
        )  # fmt: skip
        self.stdout.write(json.dumps(about, indent=1))


class Pictures:
    """A photo's pixels; those of the last photo are kept, for several faces of it."""

    def __init__(self, user: User, folder: Path) -> None:
        self._photos = photos.editable_by(user)
        self._folder = folder
        self._read = lru_cache(maxsize=1)(self._decoded)

    def __call__(self, one: Shown) -> Picture:
        return self._read(one.key)

    def _decoded(self, key: str) -> Picture:
        photo: Photo = self._photos.get(pk=key)
        return decode.picture(local(photo.original, self._folder))


def gallery_of(user: User, word: str) -> Gallery:
    """The gallery of that name or id which the user may change.

    Raises:
        CommandError: there is none, or several are named so.
    """
    mine = galleries.editable_by(user)
    try:
        found = list(mine.filter(pk=UUID(word)))
    except ValueError:
        found = list(mine.filter(name=word))
    if len(found) != 1:
        raise CommandError(
            f"{options_of(user)} Several are named so: give its id." if found else options_of(user)
        )
    return found[0]


def options_of(user: User) -> str:
    names = ", ".join(f"{one.name} ({one.pk})" for one in galleries.editable_by(user))
    return f"{user.username} may change these galleries: {names or 'none'}."
