"""Services outside: only administrators add them, keys are never shown, sendings are counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.webapp.rows import a_gallery, a_job, a_photo, a_user
from webapp.models import AuditLine, Endpoint, User
from webapp.services.endpoints import (
    NotSent,
    Permit,
    endpoint_check,
    endpoint_delete,
    endpoint_save,
    key_of,
)

pytestmark = pytest.mark.django_db
SECRET = "sk-very-secret"
ADD = reverse("admin:webapp_endpoint_add")
FIELDS: dict[str, Any] = {
    "title": "Ours", "url": "https://llm.example/v1/", "model": "qwen", "daily": "2",
    "purpose": "to answer questions", "seconds": "30", "key": SECRET,
}  # fmt: skip


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief")


@pytest.fixture
def office(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def an_endpoint(by: User, **fields: Any) -> Endpoint:
    values = {"title": "Ours", "url": "https://llm.example/v1", "model": "qwen", "enabled": True}
    return endpoint_save(endpoint=Endpoint(**values | fields), by=by, key=SECRET)


def test_an_administrator_adds_one_and_it_is_off(office: Client, chief: User) -> None:
    assert office.post(ADD, FIELDS).status_code == 302
    row = Endpoint.objects.get()
    assert (row.url, row.enabled, row.sensitive, row.private, row.added_by) == (
        "https://llm.example/v1", False, False, False, chief
    )  # fmt: skip
    assert key_of(row) == SECRET and SECRET.encode() not in bytes(row.sealed_key)
    page = office.get(reverse("admin:webapp_endpoint_change", args=[row.pk])).content.decode()
    assert SECRET not in page and "llm.example" in page
    line = AuditLine.objects.get(verb="endpoint-add")
    assert SECRET not in f"{line.detail} {line.subject}" and "key" in line.detail


def test_a_key_stays_is_replaced_or_forgotten(office: Client, chief: User) -> None:
    row = an_endpoint(chief)
    address = reverse("admin:webapp_endpoint_change", args=[row.pk])
    for more, left in (({"key": ""}, SECRET), ({"key": "new"}, "new"), ({"forget_key": "on"}, "")):
        assert office.post(address, FIELDS | {"key": ""} | more).status_code == 302
        assert key_of(Endpoint.objects.get()) == left
    assert office.post(f"{address.removesuffix('change/')}delete/", {"post": "yes"})
    assert not Endpoint.objects.exists()
    assert AuditLine.objects.filter(verb="endpoint-delete").exists()


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://llm.example/v1", False), ("ftp://llm.example", True), ("llm.example", True),
        ("https://user:pw@llm.example", True), ("https://llm.example/?key=1", True),
    ],
)  # fmt: skip
def test_addresses_that_give_keys_away_are_refused(office: Client, url: str, private: bool) -> None:
    with pytest.raises(ValidationError):
        endpoint_check(url=url, private=private)
    asked = FIELDS | {"url": url} | ({"private": "on"} if private else {})
    page = office.post(ADD, asked)
    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert not Endpoint.objects.exists()


def test_the_own_network_is_asked_only_by_an_administrators_leave() -> None:
    endpoint_check(url="http://localhost:11434/v1", private=True)
    with pytest.raises(ValidationError):
        endpoint_check(url="http://localhost:11434/v1", private=False)


def test_each_sending_is_counted_and_written_down(chief: User) -> None:
    user = a_user()
    photo = a_photo(a_gallery(owner=user))
    job = a_job(photo, submitted_by=user)
    row = an_endpoint(chief, daily=2)
    permit = Permit(row.pk, job.pk)
    permit()
    permit()
    with pytest.raises(NotSent, match="2 times today"):
        permit()
    lines = AuditLine.objects.filter(verb="external-send")
    assert [line.subject for line in lines] == [f"photo:{photo.pk}"] * 2
    assert all("llm.example" in line.detail and line.actor for line in lines)
    Endpoint.objects.update(enabled=False)
    with pytest.raises(NotSent, match="turned off"):
        permit()
    endpoint_delete(endpoint=row, by=chief)
    with pytest.raises(NotSent):
        permit()
