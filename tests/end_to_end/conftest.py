"""A browser for the tests that drive one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.end_to_end.browsing import Visitor, started, visiting
from tests.stack import Stack


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium. Playwright keeps an event loop running, beside which rows are still to be read."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright, started(playwright) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Somebody at a desktop, not signed in yet; nothing may complain on the console."""
    with visiting(browser, stack) as visitor:
        yield visitor
        assert visitor.said == []
