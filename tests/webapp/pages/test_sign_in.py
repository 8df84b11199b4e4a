"""Signing in: by password, by link, and not by guessing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from webapp.models import AuditLine, User
from webapp.services.users import sign_in_link_create

GOOD = {"username": "alice", "password": "correct horse"}


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_stranger_is_sent_to_sign_in_and_then_on(client: Client, alice: User) -> None:
    asked = client.get("/jobs/")
    assert asked.url == "/sign-in/?next=/jobs/"
    page = client.get(asked.url)
    assert 'name="next" value="/jobs/"' in page.content.decode()
    assert client.post("/sign-in/", GOOD | {"next": "/jobs/"}).url == "/jobs/"
    assert AuditLine.objects.filter(verb="sign-in").count() == 1


def test_never_sends_on_to_another_site(client: Client, alice: User) -> None:
    assert client.post("/sign-in/", GOOD | {"next": "https://evil.example/"}).url == "/"


def test_a_wrong_password_is_told_plainly(client: Client, alice: User) -> None:
    page = client.post("/sign-in/", GOOD | {"password": "wrong"})
    assert "is not right" in page.content.decode()
    assert not signed_in(client)
    line = AuditLine.objects.get(verb="sign-in-failed")
    assert (line.actor, line.subject, line.detail) == (None, f"user:{alice.pk}", "")


def test_guessed_names_are_not_written_down(client: Client, alice: User) -> None:
    client.post("/sign-in/", {"username": "my-password-by-mistake", "password": "x"})
    line = AuditLine.objects.get(verb="sign-in-failed")
    assert (line.subject, line.detail) == ("", "")


def test_guessing_is_stopped_and_says_for_how_long(client: Client, alice: User) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = client.post("/sign-in/", GOOD | {"password": "wrong"})
    assert page.status_code == 429
    assert "15 minutes" in page.content.decode()
    assert client.post("/sign-in/", GOOD).status_code == 429
    told = AuditLine.objects.filter(verb="sign-in-failed").count()
    assert told < settings.AXES_FAILURE_LIMIT, "who is locked out fills no log"
    assert not signed_in(client)


def test_looking_at_a_link_does_not_use_it_up(client: Client, alice: User) -> None:
    address = f"/sign-in/{sign_in_link_create(user=alice)}/"
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert not signed_in(client)
    assert client.post(address).url == "/"
    assert signed_in(client)


def test_a_link_works_once(client: Client, alice: User) -> None:
    address = f"/sign-in/{sign_in_link_create(user=alice)}/"
    client.post(address)
    again = Client().post(address)
    assert again.status_code == 410
    assert "no longer works" in again.content.decode()


@pytest.mark.django_db
def test_a_link_that_never_was(client: Client) -> None:
    assert client.post("/sign-in/nonsense/").status_code == 410


def test_signing_out_needs_a_button(alices: Client) -> None:
    assert alices.get("/sign-out/").status_code == 405
    alices.post("/sign-out/")
    assert not signed_in(alices)
    alices.post("/sign-out/")
    assert AuditLine.objects.filter(verb="sign-out").count() == 1


def test_pages_of_people_are_not_kept_by_caches(client: Client, alice: User) -> None:
    assert "no-store" in client.get("/sign-in/").headers["Cache-Control"]
