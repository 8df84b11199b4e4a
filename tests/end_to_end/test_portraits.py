"""From a photo of oneself to a portrait that one keeps, at a browser; and a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.browsing import PHONE, Visitor, visiting
from tests.stack import Stack

pytestmark = pytest.mark.browser
expect.set_options(timeout=120_000)


def looked_at(visitor: Visitor, astronaut: Path) -> Page:
    """The photo's Portraits, after its faces were found."""
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Portraits", exact=True).click()
    return page


def slide(page: Page, name: str, value: int) -> None:
    page.get_by_role("slider", name=name).fill(str(value))


def test_the_whole_story(visitor: Visitor, astronaut: Path, tmp_path: Path) -> None:
    """Refused before anybody agreed; then turned, smiling, before a colour; kept, with its receipt,
    and known again."""
    page = looked_at(visitor, astronaut)
    expect(page.locator(".sitter")).to_contain_text("Rule: name")
    visitor.shoot("portraits-refused")
    assert not visitor.faults()
    page.get_by_role("button", name="This is me").click()
    expect(page.get_by_role("heading", name="Make portraits")).to_be_visible()
    words = page.locator("#by-words")
    expect(words).to_contain_text("No back end is installed here")
    expect(words.get_by_role("link", name="Models and licences")).to_be_visible()
    expect(words.get_by_role("button")).to_have_count(0)
    words.scroll_into_view_if_needed()
    visitor.shoot("by-words-without")
    slide(page, "Turn the head", 20)
    expect(page.locator('output[for="portraits-yaw"]')).to_have_text("20")
    page.locator("#portraits-expression").select_option("smile")
    page.locator("#portraits-background").select_option("one colour")
    page.locator("#portraits-colour").fill("#2f6f8f")
    page.locator("#portraits-count").fill("3")
    page.get_by_text("More choices").click()
    page.get_by_label("Hide a number in it").check()
    visitor.shoot("portraits-form")
    assert not visitor.faults()
    page.get_by_role("button", name="Make portraits").click()
    expect(page.locator("#sheets img")).to_have_count(3)
    expect(page.locator("#sheets")).to_contain_text("the same person")
    expect(page.locator("#sheets")).to_contain_text("smile asked")
    visitor.shoot("portraits-sheet")
    assert not visitor.faults()
    page.get_by_role("button", name="Discard").last.click()
    expect(page.locator("#sheets summary", has_text="Discarded")).to_be_visible()
    page.locator("#sheets summary", has_text="Discarded").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Discard")).to_have_count(3)
    page.get_by_role("button", name="Keep").first.click()
    expect(page.get_by_role("heading", name="Kept")).to_be_visible()
    page.get_by_role("link", name="Receipt").first.click()
    expect(page.locator(".receipt")).to_contain_text("This is me")
    expect(page.locator(".receipt")).to_contain_text("mesh-portraits")
    visitor.shoot("portraits-receipt")
    assert not visitor.faults()
    with page.expect_download() as download:
        page.get_by_role("link", name="Portrait", exact=True).click()
    saved = tmp_path / "saved.png"
    download.value.save_as(saved)
    visitor.go("/made-here/")
    page.get_by_label("File").set_input_files(saved)
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("main .notice")).to_contain_text("Yes, it was made here")
    page.get_by_role("link", name="Its receipt").wait_for()
    visitor.shoot("portraits-made-here")
    assert not visitor.faults()
    anew = tmp_path / "anew.jpg"
    with Image.open(saved) as image:
        image.convert("RGB").resize((600, 600)).save(anew, quality=80)
    page.get_by_label("File").set_input_files(anew)
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("main .notice")).to_contain_text("anew.jpg")
    expect(page.locator("main")).to_contain_text("The number of a portrait made here is hidden")
    page.get_by_role("link", name="Its receipt").wait_for()


def test_on_a_phone_in_the_dark(browser: Browser, stack: Stack, astronaut: Path) -> None:
    with visiting(browser, stack, PHONE, color_scheme="dark") as visitor:
        page = looked_at(visitor, astronaut)
        page.get_by_role("button", name="This is me").click()
        page.get_by_role("button", name="Make portraits").scroll_into_view_if_needed()
        visitor.shoot("portraits-phone-form")
        expect(page.locator("#by-words")).to_contain_text("No back end is installed here")
        slide(page, "Turn the head", -20)
        page.locator("#portraits-count").fill("2")
        page.get_by_role("button", name="Make portraits").click()
        expect(page.locator("#sheets img")).to_have_count(2)
        visitor.shoot("portraits-phone-sheet")
        assert not visitor.faults()
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "nothing runs out of the page"
        page.get_by_role("link", name="Receipt").first.click()
        visitor.shoot("portraits-phone-receipt")
        assert not visitor.faults()


def test_it_works_without_script(browser: Browser, stack: Stack, astronaut: Path) -> None:
    """Agreed and asked for with plain forms."""
    with visiting(browser, stack) as visitor:
        page = looked_at(visitor, astronaut)
        page.get_by_role("button", name="This is me").click()
        cookies = visitor.context.cookies()
        address = page.url
    with visiting(browser, stack, java_script_enabled=False) as visitor:
        visitor.context.add_cookies(cookies)
        page = visitor.page
        page.goto(address)
        expect(page.locator('output[for="portraits-yaw"]')).to_be_hidden()
        page.get_by_role("slider", name="Turn the head").press("ArrowRight")
        page.get_by_role("button", name="Make portraits").click()
        expect(page.locator("#job .job")).to_be_visible()
