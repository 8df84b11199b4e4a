"""The API's page in a real browser, under the strict content security policy."""

from __future__ import annotations

import pytest

from tests.end_to_end.browsing import Visitor


@pytest.mark.browser
def test_the_apis_page_shows_every_operation_and_complains_of_nothing(
    visitor: Visitor,
) -> None:
    page = visitor.go("/api/v1/docs")
    page.wait_for_selector("#operations-analyse-analyse_create")
    assert page.locator(".opblock").count() >= 20
    page.locator("#operations-analyse-analyse_create .opblock-summary-control").first.click()
    page.wait_for_selector("text=Look at one picture and forget it")
