"""A made file laid over the photo, with a line to draw across."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor

pytestmark = pytest.mark.browser


def test_a_line_is_drawn_between_before_and_after(
    visitor: Visitor, astronaut: Path, mirrored: Path
) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut, mirrored)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
    page.locator("#grid .tile > a").first.click()
    page.get_by_role("link", name="Make", exact=True).click()
    page.get_by_role("button", name="Make it").first.click()
    expect(page.locator("#job")).to_be_empty()  # what follows it is swapped in
    page.get_by_role("link", name="Compare").click()
    wipe, slider = page.locator("#wipe rect"), page.get_by_role("slider")
    expect(wipe).to_have_attribute("x", "256")
    address = page.url
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_value("49")
    assert page.url == address, "the arrow moves the line, and no other photo comes"
    page.keyboard.press("Home")
    expect(wipe).to_have_attribute("x", "0")
    picture = page.locator("#compared svg").bounding_box()
    assert picture is not None
    side = min(picture["width"], picture["height"])
    middle = picture["x"] + picture["width"] / 2
    page.mouse.click(middle + side / 4, picture["y"] + picture["height"] / 2)
    expect(slider).to_have_value("75")
    page.get_by_role("button", name="Face 1").click()
    expect(page.get_by_role("button", name="Face 1")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#compared svg")).not_to_have_attribute("viewBox", "0 0 512 512")
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#overlay")).to_be_visible()
