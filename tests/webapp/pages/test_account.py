"""Keys, password, sensitive switches, the two looks, and pages about models and privacy."""

from __future__ import annotations

import re
import shlex
from html import unescape
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from ml import registry
from ml.registry import Sensitive
from tests.webapp.rows import a_photo
from webapp.models import ApiKey, AuditLine, Face, Gallery, Job, Photo, User
from webapp.selectors.galleries import sensitive_kinds


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_key_is_shown_once_with_a_line_that_works(alices: Client, photo: Photo) -> None:
    page = text(alices.post("/account/keys/", {"name": "backup script"}))
    line = re.search(r'id="curl-list"[^>]*>(.*?)</code>', page)
    assert line
    _, _, header, address = shlex.split(unescape(line[1]))
    name, _, value = header.partition(": ")
    answer = APIClient(headers={name: value}).get(address)
    assert answer.json()["results"][0]["id"] == str(photo.pk)
    assert value.split()[1] not in text(alices.get("/account/"))


def test_a_key_needs_a_purpose(alices: Client) -> None:
    page = alices.post("/account/keys/", {"name": ""})
    assert page.status_code == 422
    assert "Say what the key is for." in text(page)


def test_a_revoked_key_is_gone(alices: Client) -> None:
    alices.post("/account/keys/", {"name": "old"})
    key = ApiKey.objects.get()
    page = text(alices.post(f"/account/keys/{key.pk}/revoke/", follow=True))
    assert "no longer works" in page
    assert alices.post(f"/account/keys/{key.pk}/revoke/").status_code == 404


def test_the_password_changes_and_the_session_stays(alices: Client, alice: User) -> None:
    answers = {"old": "correct horse", "new": "a quiet lighthouse"}
    assert alices.post("/account/password/", answers).url == "/account/"
    alice.refresh_from_db()
    assert alice.check_password("a quiet lighthouse")
    assert alices.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"old": "guess"}, "That is not your password."), ({"new": "password"}, "too common")],
)
def test_a_wrong_password_stays(
    alices: Client, alice: User, wrong: dict[str, str], said: str
) -> None:
    answers = {"old": "correct horse", "new": "a quiet lighthouse"} | wrong
    page = alices.post("/account/password/", answers)
    assert page.status_code == 422
    assert said in text(page)
    alice.refresh_from_db()
    assert alice.check_password("correct horse")


def test_turning_a_reading_on_at_a_photo_reads_it_anew(alices: Client, analysed: Photo) -> None:
    address = f"/galleries/{analysed.gallery_id}/sensitive/"
    asked = {"kind": "age", "on": "1", "photo": analysed.pk}
    assert alices.post(address, asked).url == f"/photos/{analysed.pk}/"
    assert sensitive_kinds(Gallery.objects.get(pk=analysed.gallery_id)) == {Sensitive.AGE}
    newest = Job.objects.first()
    assert newest is not None
    assert "age" in str(newest.plan)
    alices.post(address, asked | {"on": "0"})
    assert sensitive_kinds(Gallery.objects.get(pk=analysed.gallery_id)) == frozenset()


def test_organisations_are_never_asked_for_emotion(alices: Client, gallery: Gallery) -> None:
    Gallery.objects.filter(pk=gallery.pk).update(purpose="organisation")
    asked = {"kind": "emotion", "on": "1"}
    page = alices.post(f"/galleries/{gallery.pk}/sensitive/", asked, follow=True)
    assert "never read in this gallery" in text(page)
    assert not gallery.sensitive_choices.exists()
    assert "Never read in an organisation" in text(alices.get("/account/"))


def test_only_owners_choose(viewers: Client, gallery: Gallery) -> None:
    asked = {"kind": "age", "on": "1"}
    assert viewers.post(f"/galleries/{gallery.pk}/sensitive/", asked).status_code == 404


def test_a_switch_of_ones_own_reads_nobody_elses_photo(
    viewers: Client, bob: User, photo: Photo
) -> None:
    own = Gallery.objects.get(personal_of=bob)
    asked = {"kind": "age", "on": "1", "photo": photo.pk}
    viewers.post(f"/galleries/{own.pk}/sensitive/", asked)
    assert sensitive_kinds(own) == {Sensitive.AGE}
    assert not Job.objects.exists()


def test_the_look_is_remembered(alices: Client) -> None:
    answer = alices.post("/theme/", {"theme": "dark", "next": "/jobs/"})
    assert answer.url == "/jobs/"
    assert 'data-theme="dark"' in text(alices.get("/jobs/"))
    alices.post("/theme/", {"theme": "system"})
    assert "data-theme=" not in text(alices.get("/jobs/")).partition("<head>")[0]
    assert alices.post("/theme/", {"theme": "pink"}).status_code == 400


def test_every_model_has_a_card(alices: Client) -> None:
    page = text(alices.get("/models/"))
    for card in registry.cards():
        assert f'id="{card.name}"' in page
        assert unescape(card.known_limits) in unescape(page)


def test_privacy_is_for_everybody(client: Client, db: None) -> None:
    assert "Nothing is sent anywhere" in text(client.get("/about/"))


def test_a_gallery_says_what_it_is_behind_with_and_reads_it_anew(
    alices: Client, analysed: Photo, gallery: Gallery
) -> None:
    offer, address = "1 photo of “alice", f"/galleries/{gallery.pk}/analyse/"
    assert offer not in text(alices.get("/account/"))
    alices.post(f"/galleries/{gallery.pk}/sensitive/", {"kind": "age", "on": "1"})
    assert offer in unescape(text(alices.get("/account/")))
    before = Job.objects.count()
    assert "1 photo is looked at again." in text(alices.post(address, follow=True))
    newest = Job.objects.first()
    assert newest is not None
    assert Job.objects.count() == before + 1
    assert "age" in str(newest.plan)
    assert offer not in unescape(text(alices.get("/account/"))), "it is about to be read"
    alices.post(address)
    assert Job.objects.count() == before + 1


def test_many_photos_are_read_anew_as_one_batch(
    alices: Client, analysed: Photo, gallery: Gallery, alice: User
) -> None:
    other = a_photo(gallery)
    Face.objects.create(photo=other, position=0, left=0, top=0, right=9, bottom=9, score=0.9)
    a_photo(gallery)  # without faces: nothing to read
    alices.post(f"/galleries/{gallery.pk}/sensitive/", {"kind": "age", "on": "1"})
    assert "2 photos of" in text(alices.get(f"/photos/{analysed.pk}/"))
    alices.post(f"/galleries/{gallery.pk}/analyse/")
    parent = Job.objects.get(lane="", total=2)
    assert {photo.pk for job in parent.children.all() for photo in job.photos.all()} == {
        analysed.pk,
        other.pk,
    }


def test_switches_say_what_they_act_on(alices: Client, analysed: Photo) -> None:
    page = unescape(text(alices.get(f"/photos/{analysed.pk}/")))
    assert "For the whole gallery <strong>“alice's photos”</strong>." in page
    assert "until somebody turns them on" not in page


def test_viewers_have_nothing_read_anew(viewers: Client, gallery: Gallery) -> None:
    assert viewers.post(f"/galleries/{gallery.pk}/analyse/").status_code == 404


def test_a_gallery_gets_another_name(alices: Client, viewers: Client, gallery: Gallery) -> None:
    address = f"/galleries/{gallery.pk}/name/"
    assert "is called Summer now" in text(alices.post(address, {"name": "Summer"}, follow=True))
    assert viewers.post(address, {"name": "Mine"}).status_code == 404
    wrong = alices.post(address, {"name": " "})
    assert (wrong.status_code, "Give it a name." in text(wrong)) == (422, True)
    gallery.refresh_from_db()
    assert gallery.name == "Summer"
    assert AuditLine.objects.filter(verb="gallery-rename").count() == 1


@pytest.mark.parametrize("purpose", ["look", "household", "organisation"])
def test_a_member_makes_a_gallery(alices: Client, alice: User, purpose: str) -> None:
    answer = alices.post("/galleries/", {"name": "Club", "purpose": purpose})
    made = Gallery.objects.get(name="Club")
    assert answer.url == f"/?gallery={made.pk}"
    assert made.purpose == purpose
    assert [(row.user, row.role) for row in made.memberships.all()] == [(alice, "owner")]


def test_a_gallery_needs_a_name_and_a_purpose(alices: Client) -> None:
    page = alices.post("/galleries/", {"name": "", "purpose": "spying"})
    assert page.status_code == 422
    assert "Give it a name." in text(page)
    assert "ask the administrator" in text(page)
    assert Gallery.objects.count() == 1


def test_a_photo_read_before_offers_another_look(alices: Client, analysed: Photo) -> None:
    alices.post(f"/galleries/{analysed.gallery_id}/sensitive/", {"kind": "age", "on": "1"})
    assert "before apparent age was turned on" in text(alices.get(f"/photos/{analysed.pk}/"))
