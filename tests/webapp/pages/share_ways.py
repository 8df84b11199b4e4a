"""Ways to get more out of a share link than its pictures, and what must never come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from tests.webapp.sharing import (
    SECRETS,
    a_maker,
    a_ready_share,
    a_secret_photo,
    a_visitor,
    link,
)
from webapp.models import Artifact, Photo, Run, Share, User
from webapp.services.photos import photo_erase, photo_trash
from webapp.services.shares import share_revoke


@dataclass
class World:
    """A ready share of two photos, another share of a third, and a made file of the first photo.
    path: of the link. visitor: opened it."""

    user: User
    photo: Photo
    share: Share
    other: Share
    artifact: Artifact
    path: str
    visitor: Client
    known: list[bytes] = field(default_factory=list)

    def secrets(self) -> list[bytes]:
        """What must come out nowhere: names, ids, digests, and a piece of the original."""
        original = Path(self.photo.original.path).read_bytes()
        rows = (self.photo, self.photo.gallery, self.share, self.other, self.user, self.artifact)
        words = [*SECRETS, self.user.username, *(str(row.pk) for row in rows)]
        jobs = [str(item.job_id) for item in self.share.items.all()]
        digest = sha256(original)
        words += [*jobs, digest.hexdigest(), self.photo.sha256, "original.jpg"]
        return [word.encode() for word in words] + [original[2000:2032], digest.digest()]

    def told(self, answer: Any) -> list[bytes]:
        """Those of its secrets that an answer tells, but for what the address itself said."""
        said = answer.content + repr(sorted(answer.headers.items())).encode()
        asked = unquote(answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"])
        known = [secret for secret in self.known if secret not in asked.encode()]
        return [secret for secret in known if secret in said]


@pytest.fixture
def world(tmp_path: Path) -> World:
    user, gallery = a_maker()
    first, second, third = (a_secret_photo(gallery, tmp_path) for _ in range(3))
    share = a_ready_share(user, first, second, title="For Anna")
    other = a_ready_share(user, third, title="For Bob")
    run = Run.objects.create(photo=first, model="m", task="t", recipe=1)
    made = Artifact(run=run, kind="cut-out", media_type="image/jpeg", sha256="1" * 64, size=1)
    made.file.save("made.jpg", ContentFile(Path(first.original.path).read_bytes()))
    found = World(user, first, share, other, made, link(share), a_visitor(link(share)))
    found.known = found.secrets()
    return found


def asked(world: World, *paths: str, client: Client | None = None, **headers: str) -> list[Any]:
    return [(client or world.visitor).get(path, headers=headers) for path in paths]


def token(world: World) -> str:
    return world.path.split("/")[2]


def below(world: World, token: str) -> list[Any]:
    """All that lies below another token, asked for by who opened the true one."""
    base = f"/share/{token}/"
    return asked(world, base, f"{base}file-1", f"{base}photo-1/", f"{base}file-1?save")


def changed(**fields: Any) -> Callable[[World], list[Any]]:
    """All below the link after its row was changed so."""

    def way(world: World) -> list[Any]:
        Share.objects.filter(pk=world.share.pk).update(**fields)
        return below(world, token(world))

    return way


def after(act: Callable[[World], object]) -> Callable[[World], list[Any]]:
    def way(world: World) -> list[Any]:
        act(world)
        return below(world, token(world))

    return way


def stranger(*, cookie: str = "", of: str = "") -> Callable[[World], list[Any]]:
    """The files, asked for with no cookie, a made up one, or another share's."""

    def way(world: World) -> list[Any]:
        client = Client()
        if cookie:
            client.cookies["share"] = cookie
        if of:
            client.cookies["share"] = a_visitor(link(world.other)).cookies["share"].value
        names = ("file-1", "file-2?save", "photo-1/")
        return asked(world, *(world.path + name for name in names), client=client)

    return way


def paths(*names: str) -> Callable[[World], list[Any]]:
    """Addresses asked for with the share's cookie. PHOTO, SHARE ...: ids; LINK: the link."""

    def way(world: World) -> list[Any]:
        words = {
            "PHOTO": str(world.photo.pk), "SHARE": str(world.share.pk), "LINK/": world.path,
            "GALLERY": str(world.photo.gallery_id), "ARTIFACT": str(world.artifact.pk),
            "STORED": str(world.photo.original.name),
            "MADE": str(world.share.items.all()[0].file.name),
        }  # fmt: skip
        world.visitor.cookies["share"]["path"] = "/"
        found = []
        for name in names:
            for word, meant in words.items():
                name = name.replace(word, meant)
            found.append(name)
        return asked(world, *found)

    return way


def tokens(change: Callable[[str], str]) -> Callable[[World], list[Any]]:
    return lambda world: below(world, change(token(world)))


LONG = "A" * 5000
NOTHING: dict[str, Callable[[World], list[Any]]] = {
    "another token": tokens(lambda token: "x" * 43),
    "a shortened token": tokens(lambda token: token[:-1]),
    "a lengthened token": tokens(lambda token: token + "A"),
    "a token in capitals": tokens(lambda token: token.swapcase()),
    "a token with spaces": tokens(lambda token: f"%20{token}%20"),
    "a token with NUL bytes": tokens(lambda token: f"{token}%00"),
    "a broken encoding": tokens(lambda token: f"{token}%ff%fe"),
    "a very long token": tokens(lambda token: LONG),
    "no token": paths("/share/", "/share//", "/share//file-1"),
    "a pattern for a token": tokens(lambda token: "%25"),
    "the digest for a token": lambda world: below(world, world.share.digest),
    "the id for a token": lambda world: below(world, str(world.share.pk)),
    "files without opening": stranger(),
    "a made up cookie": stranger(cookie="1"),
    "a cookie that is an id": stranger(cookie="eyJ4IjoxfQ:1x:AAAA"),
    "another link's cookie": stranger(of="other"),
    "numbers that are not there": paths(
        "LINK/file-0", "LINK/file-3", "LINK/file-99999999999999999999", "LINK/file--1",
        "LINK/photo-0/", "LINK/photo-3/", "LINK/file-", "LINK/file-a", "LINK/file-1%00",
    ),
    "ids for numbers": paths("LINK/file-PHOTO", "LINK/PHOTO", "LINK/files/PHOTO/original"),
    "paths upwards": paths(
        "LINK/../../photos/PHOTO/files/original", "LINK/..%2f..%2fphotos/PHOTO/files/original",
        "LINK/%2e%2e/%2e%2e/photos/PHOTO/files/original", "LINK/%252e%252e%252fphotos",
        "LINK/file-1/../../../etc/passwd", "LINK/..;/photos/PHOTO/files/original",
    ),
    "paths of the store": paths(
        "/media/STORED", "/STORED", "/MADE", "/media/MADE", "/static/../STORED", "LINK/MADE"
    ),
    "an album": paths("LINK/zip", "LINK/all.zip", "LINK/download", "LINK/original"),
}  # fmt: skip
CHANGES: dict[str, Callable[[World], list[Any]]] = {
    "an expired link": changed(expires=timezone.now() - timedelta(seconds=1)),
    "a link that ended": changed(ended=timezone.now()),
    "a revoked link": after(lambda w: share_revoke(share=w.share, by=w.user)),
    "a photo in the trash": after(lambda w: photo_trash(photo=w.photo, by=w.user)),
    "a photo in the trash by another way": after(
        lambda w: Photo.objects.filter(pk=w.photo.pk).update(trashed=timezone.now())
    ),
    "an erased photo": after(lambda w: photo_erase(photo=w.photo, by=w.user)),
}  # fmt: skip
AWAY = {
    "the photo's page and files": paths(
        "/photos/PHOTO/", "/photos/PHOTO/files/original", "/photos/PHOTO/files/display",
        "/photos/PHOTO/files/thumbnail", "/photos/PHOTO/?tab=make",
    ),
    "the API": paths(
        "/api/v1/photos/PHOTO/original", "/api/v1/photos/PHOTO/thumbnail", "/api/v1/photos/PHOTO",
        "/api/v1/photos/PHOTO/report", "/api/v1/photos", "/api/v1/jobs", "/api/v1/galleries",
    ),
    "other made files of the photo": paths("/api/v1/artifacts/ARTIFACT"),
    "what the maker sees": paths(
        "/shares/", "/shares/SHARE/", "/shares/SHARE/files/1", "/api/v1/shares",
        "/api/v1/shares/SHARE",
    ),
}  # fmt: skip
