"""Opening a share link: what counts as a view, how many get in, and guessing its password."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.webapp.pages.share_ways import World
from tests.webapp.sharing import (
    a_ready_share,
    a_secret_photo,
    a_visitor,
    link,
)
from webapp.models import AuditLine, Share
from webapp.services.share_views import OPENINGS, TRIES, share_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe", "counted")]


def test_one_cookie_is_set_only_by_opening(world: World) -> None:
    visitor = Client()
    assert not visitor.get(world.path).cookies
    cookies = visitor.post(world.path).cookies
    assert list(cookies) == ["share"]
    cookie = cookies["share"]
    assert cookie["path"] == world.path and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 1800
    assert str(world.share.pk) not in str(signing.loads(cookie.value, salt="share-view"))


@pytest.mark.parametrize("rest", ["", "/nonsense/", "/photo-x/"])
def test_nothing_below_the_prefix_is_kept_or_listed(world: World, rest: str) -> None:
    answer = Client().get(world.path.rstrip("/") + rest)
    assert answer.status_code == (404 if rest else 302)
    assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"


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


def test_what_was_looked_up_before_is_counted_by_what_is_left_now(world: World) -> None:
    Share.objects.update(view_limit=world.share.views + 3)
    looked_up = [Share.objects.get(pk=world.share.pk) for _ in range(5)]
    proofs = [share_open(share=one, password="", address="192.0.2.7") for one in looked_up]
    assert [proof is not None for proof in proofs] == [True, True, False, False, False]


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


def test_one_address_opens_a_link_so_often_and_no_more(world: World) -> None:
    cache.clear()
    Share.objects.update(view_limit=None, views=0)
    statuses = [Client().post(world.path).status_code for _ in range(OPENINGS + 1)]
    assert statuses == [302] * OPENINGS + [429]
    assert Share.objects.get(pk=world.share.pk).views == OPENINGS
