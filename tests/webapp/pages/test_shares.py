"""Making share links on pages, seeing how they stand, and revoking them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.webapp.sharing import a_ready_share, a_share, link, painted
from webapp.models import Gallery, Photo, Run, Share, User
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
    polled = alices.get(f"/shares/{share.pk}/", headers={"HX-Request": "true"})
    assert b"0 of 1 made" in polled.content and polled.status_code == 200
    kept = (b'name="days"', b"/revoke/", b"aria-live", b'role="status"')
    assert not [part for part in kept if part in polled.content], "what one types into stays"
    job = share.items.get().job_id
    assert f'href="/shares/{share.pk}/"' in page(alices, f"/jobs/{job}/")
    painted(share, tmp_path)
    ready = page(alices, f"/shares/{share.pk}/")
    assert f"//testserver{link(share)}" in ready and "with a password" in ready
    assert "hx-trigger" not in ready and "sesame" not in ready
    fragment = alices.get(f"/shares/{share.pk}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 286 and b"<html" not in fragment.content
    assert b"Works" in fragment.content and b"Open as a visitor" in fragment.content
    assert b"/small/1" in fragment.content
    picture = alices.get(f"/shares/{share.pk}/files/1")
    assert picture.headers["Content-Type"] == "image/png"
    small = alices.get(f"/shares/{share.pk}/small/1")
    assert small.headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize(
    ("wrong", "label"),
    [
        ({"share-days": "0"}, "Days until it closes"),
        ({"share-days": ""}, "Days until it closes"),
        ({"share-days": "x"}, "Days until it closes"),
        ({"share-view_limit": "0"}, "How often it may be opened"),
        ({"share-password": "short"}, "Password"),
        ({"strength": "99"}, "Strength"),
        ({"share-title": "x" * 81}, "Title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(
    alices: Client, photo: Photo, wrong: dict[str, str], label: str
) -> None:
    asked = {"photo": str(photo.pk), "share-days": "7", "share-title": "Kept"} | wrong
    answer = alices.post("/shares/new/paint/", asked)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert re.search(rf">{label}: \w", answer.content.decode()), "beside its field, by its name"
    assert "share-title" in wrong or 'value="Kept"' in answer.content.decode()
    assert not Share.objects.exists()


def test_what_was_chosen_stays_chosen_beside_a_mistake(alices: Client, photo: Photo) -> None:
    asked = {"photo": str(photo.pk), "share-days": "0", "method": "solid", "text": "on"}
    page = alices.post("/shares/new/anonymise/", asked).content.decode()
    assert '<option value="solid" selected>' in page
    assert re.search(r'name="text" checked', page)


def test_what_cannot_be_shared_is_not_there(alices: Client, photo: Photo) -> None:
    for kind in ("analyse", "nonsense", "authenticate"):
        assert alices.post(f"/shares/new/{kind}/", {"photo": str(photo.pk)}).status_code == 404
    assert alices.post("/shares/new/", {}).status_code == 404


def test_the_form_has_an_address_of_its_own(alices: Client, photo: Photo) -> None:
    assert "share-days" in page(alices, f"/shares/new/?photo={photo.pk}&kind=paint")
    assert "Which photos?" in page(alices, "/shares/new/")
    assert alices.get("/shares/new/?photo=x").status_code == 404
    assert not Share.objects.exists()


def test_editors_are_not_led_to_links_that_they_may_not_see(
    alices: Client, alice: User, bob: User, photo: Photo
) -> None:
    photo.gallery.memberships.create(user=bob, role="editor")
    job = a_share(alice, photo).items.get().job_id
    bobs = Client()
    bobs.force_login(bob)
    assert "share link" in page(alices, f"/jobs/{job}/")
    assert "share link" not in page(bobs, f"/jobs/{job}/")


def test_many_links_take_no_more_queries_than_few(
    alices: Client, alice: User, photo: Photo, astronaut: Path
) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert alices.get(address).status_code == 200
        return len(found)

    for purpose in ("household", "organisation"):
        Gallery.objects.update(purpose=purpose)
        photo.gallery.refresh_from_db()
        Run.objects.get_or_create(photo=photo, model="finder", task="detection", recipe=1)
        a_ready_share(alice, photo)
        few = {address: asked(address) for address in ("/shares/", "/api/v1/shares")}
        for _ in range(3):
            a_ready_share(alice, photo)
        assert {address: asked(address) for address in few} == few


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
    assert path not in said and "Closed" in said and "It was revoked." in said
    assert Client().get(path).status_code == 404


def test_what_failed_is_named_with_its_ways_on(alices: Client, alice: User, photo: Photo) -> None:
    share = a_share(alice, photo)
    job = share.items.get().job
    assert job
    job_cancel(job=job, by=alice)
    said = page(alices, f"/shares/{share.pk}/")
    assert "astronaut.jpg" in said and "Stopped because" in said and "Try again" in said
    assert "alice" not in said.split("astronaut.jpg")[1].split("</li>")[0], "names can be erased"
    assert "was cancelled" not in page(alices, f"/photos/{photo.pk}/"), "it is the link's job"
    assert "was cancelled" not in page(alices, "/")
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
