"""The API's page in a real browser, under the strict content security policy."""

from __future__ import annotations

import pytest

from tests.end_to_end.browsing import Visitor

OPERATIONS = """blocks => blocks.map(block =>
    block.querySelector('.opblock-summary-method').textContent.trim().toLowerCase() + ' '
    + block.querySelector('.opblock-summary-path').dataset.path)"""


@pytest.mark.browser
def test_the_apis_page_shows_every_operation_and_complains_of_nothing(
    visitor: Visitor,
) -> None:
    page = visitor.go("/api/v1/docs")
    page.wait_for_selector("#operations-analyse-analyse_create")
    schema = page.request.get(f"{visitor.base}/api/v1/schema?format=json").json()
    shown = page.locator(".opblock").evaluate_all(OPERATIONS)
    assert sorted(shown) == sorted(
        f"{verb} {path}" for path, verbs in schema["paths"].items() for verb in verbs
    )
    page.locator("#operations-analyse-analyse_create .opblock-summary-control").first.click()
    page.wait_for_selector("text=Look at one picture and forget it")
