"""Alice, Bob and an analysed photo, as the API's tests know them, and browsers of theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.webapp.api.conftest import (  # noqa: F401  fixtures
    alice,
    analysed,
    astronaut_report,
    bob,
    gallery,
    media,
    photo,
)
from tests.webapp.pages.share_ways import world  # noqa: F401  a fixture
from tests.webapp.sharing import counted, recipe  # noqa: F401  fixtures
from webapp.models import Gallery, Membership, User


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alices(alice: User) -> Client:  # noqa: F811
    """Alice's browser; she owns the gallery."""
    return browser_of(alice)


@pytest.fixture
def viewers(bob: User, gallery: Gallery) -> Client:  # noqa: F811
    """Bob's browser, who may look at Alice's gallery."""
    Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.VIEWER)
    return browser_of(bob)
