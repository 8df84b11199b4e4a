"""Pages for what goes wrong."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import server_error


def test_nothing_there(alices: Client) -> None:
    page = alices.get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_a_fault_of_ours_needs_no_database() -> None:
    page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "The fault is ours" in page.content.decode()


def test_too_large_says_the_limit() -> None:
    assert "(64 MB)" in render_to_string("413.html", {"limit_mb": 64})


@pytest.mark.django_db
def test_a_forged_form_is_told_how_to_go_on() -> None:
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert page.status_code == 403
    assert "Please send it again" in page.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404])
def test_pages_of_faults_stand_without_a_visitor(status: int) -> None:
    request = RequestFactory().get("/")
    request.resolver_match = None  # type: ignore[assignment]
    assert "Go to the photos" in render_to_string(f"{status}.html", {"request": request})
