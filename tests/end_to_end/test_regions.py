"""Regions that somebody draws on a photo, by pointer and by keyboard, at a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browsing import Visitor

pytestmark = pytest.mark.browser
expect.set_options(timeout=120_000)


def tool(visitor: Visitor, astronaut: Path) -> Page:
    """The photo's tab "Protect", its covering tool open."""
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Protect", exact=True).click()
    page.get_by_role("heading", name="Cover faces").click()
    return page


def test_a_region_is_drawn_and_another_added_and_taken_back_by_keyboard(
    visitor: Visitor, astronaut: Path
) -> None:
    page = tool(visitor, astronaut)
    form = page.locator('form[action*="anonymise"]')
    board = form.get_by_role("img", name="The photo, to draw regions on")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()
    rows = form.locator(".regions ol > li")
    expect(rows).to_have_count(1)
    expect(rows.get_by_label("Width")).not_to_have_value("1")
    board.click(position={"x": 20, "y": 20})
    expect(rows).to_have_count(1)
    add = form.get_by_role("button", name="Add a region")
    add.press("Enter")
    rows.nth(1).get_by_role("button", name="Take back").press("Enter")
    expect(rows).to_have_count(1)
    expect(form.locator("svg.board rect")).to_have_count(1)
    expect(add).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_label("Left")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("10")
    visitor.shoot("protect-regions")
    drawn = form.locator("input[type=hidden][name=regions]")
    assert drawn.nth(1).get_attribute("value", timeout=1000) is not None
    assert str(drawn.nth(1).input_value()).startswith("10 ")
    assert not visitor.faults()
    form.get_by_label("Whose faces").select_option("no-face")
    form.get_by_role("button", name="Make it").click()
    outcome = page.locator(".outcome").first
    expect(outcome).to_contain_text("Drawn regions covered")
    expect(outcome.locator("dt", has_text="Drawn regions covered").locator("+ dd")).to_have_text(
        "2"
    )
    assert not visitor.said
