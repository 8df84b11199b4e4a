"""Making share links on pages, seeing how they stand, and revoking them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.webapp.sharing import a_ready_share, a_share, link, painted
from webapp.models import Photo, Share, User
from webapp.services.jobs import job_cancel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe", "counted")]


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_says_what_to_do_first(alices: Client) -> None:
    assert "No links yet" in page(alices, "/shares/")


def test_a_link_is_made_in_two_steps_and_shown_while_it_is_prepared(
    alices: Client, photo: Photo, tmp_path: Path
) -> None:
    chosen = {"photo": str(photo.pk)}
    first = alices.post("/shares/new/", chosen).content.decode()
    assert "Paint over" in first and "Cut out people" in first and "share-days" not in first
    second = alices.post("/shares/new/", chosen | {"kind": "paint"}).content.decode()
    assert 'name="strength" value="5" min="1" max="9"' in second and "share-days" in second
    terms = {"share-title": "For Anna", "share-days": "3", "share-password": "open sesame"}
    there = alices.post("/shares/new/paint/", chosen | terms | {"strength": "7"})
    share = Share.objects.get()
    assert there.headers["Location"] == f"/shares/{share.pk}/"
    assert (share.title, share.options, share.view_limit) == ("For Anna", {"strength": 7}, None)
    preparing = page(alices, f"/shares/{share.pk}/")
    assert "0 of 1 made" in preparing and 'hx-trigger="every 1s"' in preparing
    job = share.items.get().job_id
    assert f'href="/shares/{share.pk}/"' in page(alices, f"/jobs/{job}/")
    painted(share, tmp_path)
    ready = page(alices, f"/shares/{share.pk}/")
    assert f"//testserver{link(share)}" in ready and "with a password" in ready
    assert "hx-trigger" not in ready and "sesame" not in ready
    fragment = alices.get(f"/shares/{share.pk}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 286 and b"<html" not in fragment.content
    picture = alices.get(f"/shares/{share.pk}/files/1")
    assert picture.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "wrong",
    [
        {"share-days": "0"}, {"share-days": ""}, {"share-days": "x"}, {"share-view_limit": "0"},
        {"share-password": "short"}, {"strength": "99"}, {"share-title": "x" * 81},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(
    alices: Client, photo: Photo, wrong: dict[str, str]
) -> None:
    asked = {"photo": str(photo.pk), "share-days": "7", "share-title": "Kept"} | wrong
    answer = alices.post("/shares/new/paint/", asked)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert "share-title" in wrong or 'value="Kept"' in answer.content.decode()
    assert not Share.objects.exists()


def test_what_cannot_be_shared_is_not_there(alices: Client, photo: Photo) -> None:
    for kind in ("analyse", "nonsense", "authenticate"):
        assert alices.post(f"/shares/new/{kind}/", {"photo": str(photo.pk)}).status_code == 404
    assert alices.post("/shares/new/", {}).status_code == 404


def test_a_viewer_may_not_share_nor_see_links(viewers: Client, alice: User, photo: Photo) -> None:
    share = a_ready_share(alice, photo)
    assert viewers.post("/shares/new/", {"photo": str(photo.pk)}).status_code == 404
    assert viewers.post("/shares/new/paint/", {"photo": str(photo.pk)}).status_code == 404
    assert viewers.get(f"/shares/{share.pk}/").status_code == 404
    assert "No links yet" in page(viewers, "/shares/")
    assert "share-new" not in page(viewers, f"/photos/{photo.pk}/")
    assert Share.objects.count() == 1


def test_is_extended_revoked_and_then_shows_no_link(
    alices: Client, alice: User, photo: Photo
) -> None:
    share = a_ready_share(alice, photo, title="For Anna")
    path = link(share)
    assert path in page(alices, "/shares/")
    alices.post(f"/shares/{share.pk}/extend/", {"days": "90"})
    before = share.expires
    share.refresh_from_db()
    assert (share.expires - before).days in (82, 83)
    said = alices.post(f"/shares/{share.pk}/extend/", {"days": "9999"}, follow=True)
    assert "Between 1 and 365 days." in said.content.decode()
    said = alices.post(f"/shares/{share.pk}/revoke/", follow=True).content.decode()
    assert path not in said and "Closed" in said and "It was revoked by alice." in said
    assert Client().get(path).status_code == 404


def test_what_failed_is_named_with_its_ways_on(alices: Client, alice: User, photo: Photo) -> None:
    share = a_share(alice, photo)
    job = share.items.get().job
    assert job
    job_cancel(job=job, by=alice)
    said = page(alices, f"/shares/{share.pk}/")
    assert "astronaut.jpg" in said and "Stopped by alice." in said and "Try again" in said
    alices.post(f"/shares/{share.pk}/retry/")
    assert "0 of 1 made" in page(alices, f"/shares/{share.pk}/")
    job_cancel(job=job, by=alice)
    said = alices.post(f"/shares/{share.pk}/leave-out/", follow=True).content.decode()
    assert "no picture to share without them" in said


def test_an_administrator_sees_that_there_is_a_link_but_not_which(
    alice: User, bob: User, photo: Photo
) -> None:
    share = a_ready_share(alice, photo, password="open sesame")
    User.objects.filter(pk=bob.pk).update(is_superuser=True, is_staff=True)
    chief = Client()
    chief.force_login(bob)
    said = page(chief, f"/admin/webapp/share/{share.pk}/change/")
    assert "paint" in said
    assert not [word for word in (link(share), share.digest, share.password) if word in said]
