"""Pictures by words at a browser, with a tiny maker of pictures: refused, made, stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.browsing import PHONE, Visitor, visiting
from tests.stack import Stack
from webapp.models import Person, User
from webapp.services.portraits import adult_declare

pytestmark = pytest.mark.browser


@pytest.fixture
def stack(stocked_stack: Stack) -> Stack:
    return stocked_stack


def at_the_form(visitor: Visitor, astronaut: Path) -> Page:
    """The photo's Portraits, whose face is that of who is at the browser, an adult."""
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Portraits", exact=True).click()
    page.get_by_role("button", name="This is me").click()
    expect(page.get_by_role("heading", name="By words")).to_be_visible()
    adult_declare(person=Person.objects.get(), statement="born in 1956", by=User.objects.get())
    return page


def fill(page: Page, prompt: str, steps: int = 6) -> None:
    page.locator("#words-prompt").fill(prompt)
    page.locator("#words-count").fill("2")
    more = page.locator("#by-words summary", has_text="More choices")
    more.click()
    page.locator("#words-side").select_option("256")
    page.locator("#words-steps").fill(str(steps))


def test_a_refused_prompt_then_one_that_is_made_with_its_receipt(
    visitor: Visitor, astronaut: Path
) -> None:
    page = at_the_form(visitor, astronaut)
    fill(page, "n.u.d.e by the sea")
    visitor.shoot("by-words-form")
    assert not visitor.faults()
    page.get_by_role("button", name="Make pictures").click()
    expect(page.get_by_role("heading", name="Nothing was made yet")).to_be_visible()
    expect(page.get_by_role("alert").first).to_contain_text("Rule: sexual")
    expect(page.locator("#words-count")).to_have_value("2")
    visitor.shoot("by-words-refused")
    assert not visitor.faults()
    visitor.said.clear()  # the browser tells that the answer was 422
    page.locator("#words-prompt").fill("a person in a red coat, in a library")
    page.get_by_role("button", name="Make pictures").click()
    expect(page.locator("#sheets img")).to_have_count(2)
    expect(page.locator("#sheets")).to_contain_text("by words: a person in a red coat")
    visitor.shoot("by-words-sheet")
    assert not visitor.faults()
    page.get_by_role("link", name="Receipt").first.click()
    expect(page.locator(".receipt")).to_contain_text("made by a trained model")
    expect(page.locator(".receipt")).to_contain_text("trainedAlgorithmicMedia")
    visitor.shoot("by-words-receipt")
    assert not visitor.faults()


def test_what_is_half_made_shows_on_a_phone_in_the_dark_and_is_stopped(
    browser: Browser, stack: Stack, astronaut: Path
) -> None:
    with visiting(browser, stack, PHONE, color_scheme="dark") as visitor:
        page = at_the_form(visitor, astronaut)
        fill(page, "a person on a boat", steps=100)
        page.locator("#words-count").fill("16")
        page.locator("#words-prompt").scroll_into_view_if_needed()
        visitor.shoot("by-words-phone-form")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.get_by_role("button", name="Make pictures").click()
        expect(page.locator(".half-made img")).to_be_visible()
        visitor.shoot("by-words-phone-half-made")
        assert not visitor.faults()
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#job")).to_contain_text("was cancelled")
        expect(page.locator(".half-made")).to_have_count(0)
