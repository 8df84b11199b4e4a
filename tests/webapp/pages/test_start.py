"""The first start's questions."""

from __future__ import annotations

import pytest
from django.test import Client

from ml.registry import Sensitive
from tests.webapp.pages.conftest import browser_of
from webapp.models import Gallery, User
from webapp.selectors import installation
from webapp.selectors.galleries import may_keep_embeddings, sensitive_kinds
from webapp.services.users import first_administrator

ANSWERS = {"username": "Ada", "password": "a quiet lighthouse", "use": "household"}


@pytest.fixture
def admins(db: None) -> Client:
    """The browser of an administrator who was asked nothing yet."""
    return browser_of(first_administrator())


def test_the_administrator_is_asked_first(admins: Client) -> None:
    assert admins.get("/").url == "/start/"
    assert "What is it for?" in admins.get("/start/").content.decode()


def test_answers_are_kept(admins: Client) -> None:
    assert admins.post("/start/", ANSWERS).url == "/"
    user = User.objects.get()
    assert user.username == "Ada"
    assert user.check_password(ANSWERS["password"])
    assert installation.use() == "household"
    gallery = Gallery.objects.get(personal_of=user)
    assert gallery.purpose == "household"
    assert sensitive_kinds(gallery) == frozenset()
    assert admins.get("/").status_code == 200, "the session lasts"
    assert admins.get("/start/").url == "/", "nobody is asked twice"


def test_sensitive_readings_are_turned_on_by_choice(admins: Client) -> None:
    admins.post("/start/", ANSWERS | {"kinds": ["age"]})
    assert sensitive_kinds(Gallery.objects.get()) == {Sensitive.AGE}


def test_one_may_just_look(admins: Client) -> None:
    """Faces are found and described, and none is measured."""
    assert "Just look" in admins.get("/start/").content.decode()
    admins.post("/start/", ANSWERS | {"use": "look"})
    gallery = Gallery.objects.get()
    assert (gallery.purpose, installation.use()) == ("look", "look")
    assert not may_keep_embeddings(gallery)


def test_organisations_never_read_emotion(admins: Client) -> None:
    admins.post("/start/", ANSWERS | {"use": "organisation", "kinds": ["age", "emotion"]})
    assert sensitive_kinds(Gallery.objects.get()) == {Sensitive.AGE}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "12345678"}, "too common"),
        ({"password": "short"}, "too short"),
        ({"username": "a b"}, "valid username"),
        ({"use": "spying"}, "valid choice"),
    ],
)
def test_says_what_is_wrong(admins: Client, wrong: dict[str, str], said: str) -> None:
    page = admins.post("/start/", ANSWERS | wrong).content.decode()
    assert said in page
    assert not installation.use()


def test_nobody_else_is_asked(alices: Client) -> None:
    assert alices.get("/start/").url == "/"
    alices.post("/start/", ANSWERS)
    assert not installation.use()
