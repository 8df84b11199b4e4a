"""Asking about a photo at a browser: a typed question, a described person, one that is declined,
and what answers rest on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.browsing import DESKTOP, PHONE, Visitor, visiting
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(astronaut: Path, tmp_path: Path) -> Path:
    """Two people beside each other: the same, mirrored."""
    path, one = tmp_path / "pair.jpg", Image.open(astronaut)
    both = Image.new("RGB", (one.width * 2, one.height))
    both.paste(one, (0, 0))
    both.paste(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (one.width, 0))
    both.save(path, quality=92)
    return path


def ask(page: Page, question: str = "", known: str = "", described: str = "") -> None:
    """Fill in the form and wait for the answer."""
    if question:
        page.get_by_label("Your question").fill(question)
    if known:
        page.get_by_label("Or a known question").select_option(label=known)
    if described:
        page.get_by_text("About whom, and what kind of answer").click()
        page.get_by_label("A person, in words").fill(described)
    page.get_by_role("button", name="Ask", exact=True).click()


def article(page: Page, text: str) -> object:
    return page.get_by_role("article", name=text)


def test_the_whole_story(browser: Browser, stack: Stack, visitor: Visitor, pair: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(pair)
    expect(page.locator("#grid .badge", has_text="2")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.get_by_text("Nothing was asked yet")).to_be_visible()
    visitor.shoot("ask-empty-desktop")

    ask(page, known="Does this person look into the camera?")
    looking = page.get_by_role("article", name="Does this person look into the camera?")
    expect(looking.locator(".loud")).to_have_count(2)
    source = looking.locator("a.source").first
    source.hover()
    face = source.get_attribute("data-face")
    expect(page.locator(f'#overlay [data-face="{face}"].lit').first).to_be_visible()

    ask(page, known="Is this person's hair dark or light?", described="the person on the left")
    left = page.get_by_role("article", name="Is this person's hair dark or light?")
    expect(left).to_contain_text("the person on the left")
    expect(left.locator(".answer")).to_have_count(1)
    expect(left).not_to_contain_text("Not answered")

    ask(page, question="What is she thinking about?")
    declined = page.get_by_role("article", name="What is she thinking about?")
    expect(declined).to_contain_text("Not answered")
    expect(declined).to_contain_text("No measurement here answers that")
    visitor.shoot("ask-desktop")

    with visiting(
        browser, stack, PHONE, color_scheme="dark", storage_state=visitor.context.storage_state()
    ) as phone:
        phone.go(page.url.removeprefix(visitor.base))
        expect(phone.page.get_by_role("article").first).to_be_visible()
        phone.shoot("ask-phone-dark")
    with visiting(
        browser, stack, DESKTOP, java_script_enabled=False,
        storage_state=visitor.context.storage_state(),
    ) as plain:  # fmt: skip
        page = plain.go(page.url.removeprefix(visitor.base))
        page.get_by_role("button", name="How many people are in the photo?").click()
        expect(page.get_by_role("heading", name="Ask", exact=True)).to_be_visible()
