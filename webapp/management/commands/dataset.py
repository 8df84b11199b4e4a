"""`manage.py dataset build OUT`: a data set of one's own photos of people who agreed; `dataset
identities OUT`: one of people who do not exist."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ml import decode
from ml.errors import MLError
from ml.generation.identities_asked import IdentitiesOptions
from ml.generation.training_set import Limits, Shown, sorted_out, written
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Picture
from webapp.files import local
from webapp.jobs.options import parse
from webapp.models import Gallery, Photo, User
from webapp.selectors import galleries, photos
from webapp.selectors.capabilities import weights
from webapp.selectors.prompt_rules import in_force
from webapp.selectors.training import shown_for
from webapp.services.audit import audit_write
from webapp.services.identities import identities_build, identities_check

NOBODY = (
    "No face in this gallery is of somebody who agreed to new portraits: name faces, and record "
    "consent on the people's pages."
)


class Command(BaseCommand):
    help = (
        "Build a data set (images, captions, pairs, manifest) of consenting people's faces, or one "
        "of people who do not exist."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("build", "identities"))
        parser.add_argument("out", type=Path, help="a folder that is not there, or empty")
        parser.add_argument("--user", required=True, help="who asks, and may name the faces")
        parser.add_argument("--gallery", required=True, help="its name or id")
        limits = Limits()
        parser.add_argument("--side", type=int, default=limits.side, help="least side, pixels")
        parser.add_argument("--face", type=int, default=limits.face, help="least face, pixels")
        parser.add_argument(
            "--quality", type=float, default=limits.quality, help="least quality of 100; 0: any"
        )

        made = IdentitiesOptions()
        parser.add_argument("--identities", type=int, default=made.identities, help="people made")
        parser.add_argument("--variations", type=int, default=made.variations, help="of each")
        parser.add_argument("--engine", default=made.engine, help="what makes them")
        parser.add_argument("--seed", type=int, default=made.seed, help="0: one by chance")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        gallery = gallery_of(user, options["gallery"])
        if options["act"] == "identities":
            self._identities(user, gallery, options)
            return
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

    def _identities(self, user: User, gallery: Gallery, options: dict[str, Any]) -> None:
        out: Path = options["out"]
        if out.exists() and any(out.iterdir()):
            raise CommandError(f"{out} is not empty: choose another folder.")
        names = ("identities", "variations", "engine", "seed")
        try:
            chosen = parse(IdentitiesOptions, {name: options[name] for name in names})
            identities_check(chosen, gallery, user)
            context = Context(Pool(weights()))
            path = identities_build(options=chosen, gallery=gallery, context=context, folder=out)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except MLError as error:
            raise CommandError(str(error)) from None
        audit_write(
            actor=user, verb="identities-make", subject=f"gallery:{gallery.pk}",
            gallery=gallery.pk, detail=f"{chosen.identities} people, {chosen.engine}",
        )  # fmt: skip
        self.stdout.write(f"{path}: {chosen.identities} people, {chosen.variations} pictures each.")


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
