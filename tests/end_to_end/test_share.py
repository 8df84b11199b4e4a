"""A link from the first click to the last: made, opened by a stranger, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.end_to_end.browsing import DESKTOP, PHONE, Visitor, visiting
from tests.stack import Stack
from webapp.models import Share

pytestmark = pytest.mark.browser
SECRET = "open sesame"


def made(visitor: Visitor, photo: Path) -> str:
    """The address of a link to a cut-out of the photo."""
    page = visitor.sign_in()
    visitor.choose(photo)
    page.locator("#grid .badge", has_text="1").wait_for()
    page.locator("#grid a").first.click()
    page.get_by_role("button", name="Share …").first.click()
    page.get_by_role("radio", name="Cut out people").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Background", exact=True).select_option("colour")
    page.get_by_label("Title").fill("For Anna")
    page.get_by_label("How often it may be opened").fill("1")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    return page.locator("code.curl").inner_text()


def is_copied(visitor: Visitor, address: str) -> None:
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.get_by_role("button", name="Copy the link: For Anna").click()
    expect(visitor.page.get_by_text("Copied")).to_be_visible()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == address


def is_there_without_script(browser: Browser, stack: Stack, visitor: Visitor, address: str) -> None:
    signed_in = {"storage_state": visitor.context.storage_state()}
    with visiting(browser, stack, DESKTOP, java_script_enabled=False, **signed_in) as plain:
        page = plain.go("/shares/")
        expect(page.locator("code.curl")).to_have_text(address)
        expect(page.get_by_role("button", name="Copy the link: For Anna")).to_be_hidden()


def test_a_stranger_sees_what_was_made_until_the_link_is_revoked(
    browser: Browser, stack: Stack, visitor: Visitor, astronaut: Path
) -> None:
    address = made(visitor, astronaut)
    is_copied(visitor, address)
    is_there_without_script(browser, stack, visitor, address)
    with visiting(browser, stack, PHONE) as stranger:
        page = stranger.page
        page.goto(address)
        page.get_by_label("Password").fill("open barley")
        page.get_by_role("button", name="Show the photos").click()
        expect(page.get_by_role("alert")).to_contain_text("not right")
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Show the photos").click()
        picture = page.get_by_role("img", name="Picture 1")
        expect(picture).to_be_visible()
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 480
        picture.click()
        expect(page.get_by_text("1 of 1")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Save").click()
        assert download.value.suggested_filename == "photo-1.jpg"
        assert b"astronaut" not in download.value.path().read_bytes()
        assert [cookie["name"] for cookie in stranger.context.cookies()] == ["share"]
        mine = visitor.go("/shares/")
        expect(mine.get_by_text("Used up", exact=True)).to_be_visible()
        Share.objects.update(view_limit=5)
        mine.reload()
        mine.locator("summary", has_text="Revoke").click()
        mine.get_by_role("button", name="Close the link for good").click()
        expect(mine.get_by_text("Closed", exact=True)).to_be_visible()
        assert page.reload().status == 404  # type: ignore[union-attr]
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        stranger.said = [line for line in stranger.said if "403" not in line and "404" not in line]
        assert stranger.said == []
