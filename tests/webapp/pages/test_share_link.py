"""A share link, tried in every way we could think of, gives nothing but its recipe's output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from ml.authenticity import credentials
from ml.authenticity.credentials import State
from tests.webapp.rows import a_user
from tests.webapp.sharing import (
    SECRETS,
    a_maker,
    a_ready_share,
    a_secret_photo,
    a_share,
    a_visitor,
    counted,  # noqa: F401  a fixture
    files_of,
    link,
    painted,
    recipe,  # noqa: F401  a fixture
)
from webapp.models import Artifact, AuditLine, Photo, Run, Share, User
from webapp.selectors.trust import trusted
from webapp.services.photos import photo_erase, photo_trash
from webapp.services.share_views import TRIES
from webapp.services.shares import share_revoke

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe", "counted")]
SHOWN = re.compile(rb"(src|href)=\"([^\"]*)\"")


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


def after(act: Callable[[World], None]) -> Callable[[World], list[Any]]:
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


def told(world: World, answers: Iterable[Any], *allowed: int) -> list[str]:
    """Which addresses of these answered otherwise, or told something."""
    return [
        f"{answer.status_code} {answer.request['PATH_INFO'][:200]} {world.told(answer)}"
        for answer in answers
        if answer.status_code not in allowed or world.told(answer)
    ]


def test_gives_nothing(world: World) -> None:
    """A page that says nothing, whatever is asked; the ways that change rows are undone."""
    assert len(NOTHING) + len(CHANGES) + len(AWAY) >= 30
    found = {way: told(world, ask(world), 404) for way, ask in NOTHING.items()}
    for way, ask in CHANGES.items():
        with transaction.atomic():
            found[way] = told(world, ask(world), 404)
            transaction.set_rollback(True)
    assert {way: wrong for way, wrong in found.items() if wrong} == {}
    assert world.visitor.get(world.path + "file-1").status_code == 200


def test_opens_nothing_else(world: World) -> None:
    found = {way: told(world, ask(world), 302, 401) for way, ask in AWAY.items()}
    assert {way: wrong for way, wrong in found.items() if wrong} == {}


def test_all_that_is_over_answers_alike(world: World) -> None:
    """Nobody learns whether a link ever was."""
    wrong = Client().get("/share/wrong/")
    Share.objects.update(view_limit=1, views=1)
    used = Client().get(world.path), Client().post(world.path, {"password": "x"})
    Share.objects.update(view_limit=None, expires=timezone.now())
    for answer in (*used, Client().get(world.path), Client().get("/share/wrong/file-1")):
        assert (answer.status_code, answer.content) == (404, wrong.content)
        assert dict(answer.headers) == dict(wrong.headers)


def test_shows_its_pictures_and_nothing_of_the_photos(world: World) -> None:
    page = world.visitor.get(world.path)
    assert page.status_code == 200 and b"For Anna" in page.content
    assert page.content.count(b'<img src="file-') == 2
    large = world.visitor.get(world.path + "photo-2/")
    assert b"2 of 2" in large.content and b'src="../file-2"' in large.content
    for answer in (page, large, Client().get(world.path)):
        assert world.told(answer) == []
        places = {place for _, place in SHOWN.findall(answer.content)}
        ours = re.compile(rb"/static/.*|#main|(\.\./)?(file|photo)-[12](/|\?save)?|\.\.")
        assert [place for place in places if not ours.fullmatch(place)] == []


def test_its_files_are_the_recipes_signed_output_under_neutral_names(
    world: World, tmp_path: Path
) -> None:
    share = painted(a_share(world.user, world.photo), tmp_path)
    visitor = a_visitor(link(share))
    shown, saved = (visitor.get(f"{link(share)}file-1{query}") for query in ("", "?save"))
    (path,) = files_of(share)
    assert shown.content == saved.content == path.read_bytes()
    assert shown.headers["Content-Disposition"] == 'inline; filename="photo-1.png"'
    assert saved.headers["Content-Disposition"] == 'attachment; filename="photo-1.png"'
    assert shown.headers["Content-Type"] == "image/png"
    assert world.told(shown) == []
    found = credentials.read(path, trusted())
    assert found.state is State.TRUSTED
    assert [step.action for step in found.steps] == ["c2pa.opened", "c2pa.edited"]
    picture = Image.open(BytesIO(shown.content))
    assert picture.size == (80, 60) and len(picture.getcolors() or ()) == 1
    assert not picture.getexif() and not picture.info
    assert b"\xff\xd8\xff" not in shown.content and shown.content.count(b"IHDR") == 1


def test_pieces_and_digests_are_not_given(world: World) -> None:
    whole = world.visitor.get(world.path + "file-1")
    (etag,) = {f'"{sha256(whole.content).hexdigest()}"'}
    for headers in (
        {"Range": "bytes=0-10"}, {"Range": "bytes=-5"}, {"Range": "bytes=99999999-"},
        {"If-None-Match": etag}, {"If-None-Match": "*"}, {"If-Range": etag, "Range": "bytes=1-"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, {"Accept": "application/json"},
        {"HX-Request": "true"}, {"X-HTTP-Method-Override": "DELETE"},
        {"X-Original-URL": "/photos/"}, {"X-Rewrite-URL": f"/photos/{world.photo.pk}/"},
    ):  # fmt: skip
        answer = world.visitor.get(world.path + "file-1", headers=headers)
        assert (answer.status_code, answer.content) == (200, whole.content), headers
    assert not {"ETag", "Last-Modified", "Accept-Ranges"} & set(whole.headers)


def test_queries_and_bodies_change_nothing(world: World) -> None:
    asked = {"photo": str(world.photo.pk), "which": "original", "number": "3", "tab": "make"}
    page = world.visitor.get(world.path).content
    assert world.visitor.get(world.path, asked).content == page
    assert world.visitor.post(world.path, asked).content == page
    json = world.visitor.post(world.path, asked, content_type="application/json")
    assert json.content == page
    picture = world.visitor.get(world.path + "file-1").content
    assert world.visitor.get(world.path + "file-1", asked).content == picture


def test_other_methods_are_refused_alike(world: World) -> None:
    for name in ("", "file-1", "photo-1/"):
        for method in ("put", "patch", "delete", "options", "trace", *(["post"] if name else [])):
            there = getattr(world.visitor, method)(world.path + name)
            nowhere = getattr(Client(), method)("/share/wrong/" + name)
            assert there.status_code == nowhere.status_code == 405
            assert there.content == nowhere.content and there.headers == nowhere.headers


def test_a_head_tells_no_more_than_a_get(world: World) -> None:
    for name in ("", "file-1", "photo-1/"):
        head = world.visitor.head(world.path + name)
        assert (head.status_code, head.content) == (200, b"")
        assert world.told(head) == []


def test_nothing_is_kept_listed_or_told_on(world: World) -> None:
    answers = asked(world, world.path, world.path + "file-1", "/share/wrong/")
    for answer in (*answers, world.visitor.put(world.path)):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert b"<script" not in answers[0].content


def test_it_does_not_know_who_is_signed_in(world: World) -> None:
    for user in (world.user, a_user()):
        client = a_visitor(world.path)
        client.force_login(user)
        for name in ("", "photo-1/"):
            page = client.get(world.path + name)
            assert page.content == world.visitor.get(world.path + name).content
            assert not page.cookies
        door = Client()
        door.force_login(user)
        assert door.get(world.path).content == Client().get(world.path).content


def test_one_cookie_is_set_only_by_opening(world: World) -> None:
    visitor = Client()
    assert not visitor.get(world.path).cookies
    cookies = visitor.post(world.path).cookies
    assert list(cookies) == ["share"]
    cookie = cookies["share"]
    assert cookie["path"] == world.path and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 1800
    assert str(world.share.pk) not in cookie.value


def test_only_opening_counts_and_once_for_half_an_hour(
    world: World, settings: LazySettings
) -> None:
    def views() -> int:
        return Share.objects.get(pk=world.share.pk).views

    before = views()
    Client().get(world.path), Client().head(world.path)  # as previews of links do
    for _ in range(3):
        world.visitor.get(world.path)
        world.visitor.post(world.path)
        world.visitor.get(world.path + "file-1")
    assert views() == before
    Client().post(world.path)
    assert views() == before + 1
    assert AuditLine.objects.filter(verb="share-open", actor=None).count() == before + 1
    settings.SHARE_VIEW = timedelta(seconds=-1)
    assert world.visitor.get(world.path + "file-1").status_code == 404
    assert b"Show the photos" in world.visitor.get(world.path).content


def test_who_came_last_still_sees_what_was_opened(world: World) -> None:
    Share.objects.update(view_limit=world.share.views + 2)
    last = a_visitor(world.path)
    assert Client().post(world.path).status_code == Client().get(world.path).status_code == 404
    assert last.get(world.path).status_code == last.get(world.path + "file-2").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_no_more_get_in_at_once_than_may(world: World) -> None:
    views = Share.objects.get(pk=world.share.pk).views
    Share.objects.update(view_limit=views + 3)

    def opens(_: int) -> int:
        try:
            return int(Client().post(world.path).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as visitors:
        answers = sorted(visitors.map(opens, range(8)))
    assert answers == [302] * 3 + [404] * 5
    assert Share.objects.get(pk=world.share.pk).views == views + 3


@pytest.fixture
def locked(world: World, tmp_path: Path) -> str:
    """The path of a link with the password "open sesame"."""
    photo = a_secret_photo(world.photo.gallery, tmp_path)
    share = a_ready_share(world.user, photo, title="Quiet", password="open sesame")
    return link(share)


def test_a_password_is_asked_for_before_anything_is_told(world: World, locked: str) -> None:
    door = Client().get(locked)
    assert b"Quiet" not in door.content and b"password" in door.content
    for wrong in ({}, {"password": ""}, {"password": "Open sesame"}, {"password": "x" * 5000},
                  {"pass": "open sesame"}):  # fmt: skip
        answer = Client().post(locked, wrong)
        assert answer.status_code == 403 and not answer.cookies
        assert b"Quiet" not in answer.content
    visitor = a_visitor(locked, password="open sesame")
    assert b"Quiet" in visitor.get(locked).content
    row = Share.objects.get(title="Quiet")
    assert "sesame" not in row.password and row.views == 1


def test_guessing_passwords_is_stopped_by_address_and_for_all(world: World, locked: str) -> None:
    guesses = [Client().post(locked, {"password": f"guess {n}"}) for n in range(TRIES)]
    assert {answer.status_code for answer in guesses} == {403}
    right = {"password": "open sesame"}
    assert Client().post(locked, right).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(locked, right).status_code == 302
    assert Client().post(world.path).status_code == 302, "another link is not closed"


def test_while_nobody_can_count_no_password_is_looked_at(
    world: World, locked: str, settings: LazySettings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
        }
    }
    assert Client().post(locked, {"password": "open sesame"}).status_code == 429
    assert Client().post(world.path).status_code == 302


def test_asking_too_often_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.services.share_views.ASKS", 5)
    answers = [Client().get("/share/wrong/").status_code for _ in range(20)]
    assert answers[-1] == 429 and set(answers) <= {404, 429}
