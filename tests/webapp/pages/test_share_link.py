"""A share link, tried in every way we could think of, gives nothing but its recipe's output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from ml.authenticity import credentials
from ml.authenticity.credentials import State
from tests.webapp.pages.share_ways import AWAY, CHANGES, NOTHING, World, asked
from tests.webapp.rows import a_user
from tests.webapp.sharing import (
    a_ready_share,
    a_share,
    a_visitor,
    files_of,
    link,
    painted,
)
from webapp.models import Share
from webapp.selectors.trust import trusted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe", "counted")]
SHOWN = re.compile(rb"(src|href)=\"([^\"]*)\"")


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
    assert page.content.count(b'<img src="small-') == 2
    large = world.visitor.get(world.path + "photo-2/")
    assert b"2 of 2" in large.content and b'src="../file-2"' in large.content
    for answer in (page, large, Client().get(world.path)):
        assert world.told(answer) == []
        places = {place for _, place in SHOWN.findall(answer.content)}
        ours = re.compile(rb"/static/.*|#main|(\.\./)?(file|photo|small)-[12](/|\?save)?|\.\.")
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


def test_the_list_shows_small_pictures_made_of_what_is_shared(world: World, tmp_path: Path) -> None:
    share = painted(a_share(world.user, world.photo), tmp_path)
    visitor = a_visitor(link(share))
    small = visitor.get(f"{link(share)}small-1")
    assert small.headers["Content-Type"] == "image/webp" and world.told(small) == []
    picture = Image.open(BytesIO(small.content)).convert("RGB")
    large = Image.open(BytesIO(visitor.get(f"{link(share)}file-1").content)).convert("RGB")
    gaps = zip(picture.getpixel((9, 9)), large.getpixel((9, 9)), strict=True)  # type: ignore[arg-type]
    assert picture.size == large.size and all(abs(one - other) < 9 for one, other in gaps)
    assert not picture.getexif()
    assert Client().get(f"{link(share)}small-1").status_code == 404
    earlier = a_ready_share(world.user, world.photo)
    small = a_visitor(link(earlier)).get(f"{link(earlier)}small-1")
    assert small.headers["Content-Type"] == "image/png", "made before there were small ones"


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
