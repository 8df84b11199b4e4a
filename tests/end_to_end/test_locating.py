"""Where a photo was taken, at a browser: the ledger, a clue that is struck out, an album's map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.TiffImagePlugin import IFDRational
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.browsing import DESKTOP, PHONE, Visitor, visiting
from tests.stack import Stack

pytestmark = pytest.mark.browser
AREZZO, ROME = (43.467448, 11.885127), (41.9, 12.5)


def exif_of(point: tuple[float, float], clock: str) -> Image.Exif:
    exif = Image.Exif()
    north, east = (
        (IFDRational(int(one)), IFDRational(0), IFDRational(round(one % 1 * 3.6e7), 10**4))
        for one in point
    )
    exif.get_ifd(34853).update({1: "N", 2: north, 3: "E", 4: east})
    exif.get_ifd(34665).update({36867: f"2008:10:22 {clock}", 36881: "+02:00"})
    return exif


@pytest.fixture
def sign(tmp_path: Path) -> Path:
    """A board with a German telephone number and a French address, and no word of the file."""
    picture = Image.new("RGB", (1200, 800), (120, 150, 170))
    pen = ImageDraw.Draw(picture)
    for top, text in ((150, "Tel. +49 89 2135 0177"), (480, "www.boulangerie-martin.fr")):
        pen.rectangle((120, top, 1080, top + 170), fill="white", outline="black", width=6)
        pen.text((170, top + 45), text, fill="black", font=ImageFont.load_default(72))
    path = tmp_path / "sign.jpg"
    picture.save(path, quality=92)
    return path


@pytest.fixture
def album(tmp_path: Path) -> list[Path]:
    """Three photos: Arezzo, somewhere an hour later, Rome in the evening."""
    found = []
    days = [(AREZZO, "10:00:00"), (None, "11:00:00"), (ROME, "19:00:00")]
    for number, (point, clock) in enumerate(days):
        exif = exif_of(point or AREZZO, clock)
        if point is None:
            exif.get_ifd(34853).clear()
        path = tmp_path / f"day-{number}.jpg"
        Image.new("RGB", (600, 400), (90 + 40 * number, 110, 130)).save(path, exif=exif)
        found.append(path)
    return found


def look(page: Page) -> None:
    page.get_by_role("button", name="Look", exact=True).click()


def test_the_whole_story(
    browser: Browser, stack: Stack, visitor: Visitor, sign: Path, album: list[Path]
) -> None:
    page = visitor.sign_in()
    visitor.choose(sign)
    expect(page.locator("#grid .tile")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Place", exact=True).click()
    expect(page.get_by_text("Nobody has looked for the place yet")).to_be_visible()

    page.get_by_text("When, and a shadow").click()
    page.get_by_role("button", name="Mark it on the photo").click()
    canvas = page.locator(".canvas").bounding_box()
    assert canvas is not None
    for x, y in ((0.5, 0.6), (0.5, 0.4), (0.6, 0.6)):
        page.mouse.click(canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"])
    expect(page.get_by_label("End of the shadow, pixels from the left")).not_to_have_value("")
    expect(page.get_by_text("Marked. Look again to weigh it.")).to_be_visible()
    visitor.shoot("place-shadow-desktop")
    for name in ("Foot", "Top", "End of the shadow"):
        for edge in ("left", "top"):
            page.get_by_label(f"{name}, pixels from the {edge}").fill("")
    look(page)

    phone_number = page.locator(".clue", has_text="+49 89")
    expect(phone_number.first).to_be_visible()
    expect(page.locator(".clue", has_text="boulangerie-martin.fr").first).to_be_visible()
    expect(phone_number.first).to_contain_text("Cover the writing")
    visitor.shoot("place-desktop")
    assert visitor.faults() == []

    region = page.locator(".map .region-90")
    before = region.get_attribute("d")
    for number in range(phone_number.count()):
        button = phone_number.nth(number).get_by_role("button", name="Strike out")
        if button.count():
            button.click()
            expect(phone_number.nth(number)).to_contain_text("Count again")
    assert region.get_attribute("d") != before
    expect(page.locator(".place h2")).to_contain_text("France")
    visitor.shoot("place-struck-desktop")

    map_ = page.locator(".map > svg")
    home = map_.get_attribute("viewBox")
    page.get_by_role("button", name="Nearer").click()
    assert map_.get_attribute("viewBox") != home
    map_.press("ArrowLeft")
    map_.press("0")
    expect(page).to_have_url(re.compile("tab=place"))
    page.get_by_role("link", name="Large map").click()
    expect(page.locator(".map > svg")).to_be_visible()
    visitor.shoot("place-large-desktop")
    page.go_back()

    with visiting(
        browser, stack, PHONE, color_scheme="dark", storage_state=visitor.context.storage_state()
    ) as phone:
        phone.go(page.url.removeprefix(visitor.base))
        expect(phone.page.locator(".map > svg")).to_be_visible()
        phone.shoot("place-phone-dark")
    with visiting(
        browser, stack, DESKTOP, java_script_enabled=False,
        storage_state=visitor.context.storage_state(),
    ) as plain:  # fmt: skip
        plain.go(page.url.removeprefix(visitor.base))
        plain.page.get_by_role("button", name="Count again").first.click()
        expect(plain.page.locator(".clue.struck")).to_have_count(max(phone_number.count() - 1, 0))

    page.goto(visitor.base)
    visitor.choose(*album)
    expect(page.locator("#grid .tile")).to_have_count(4)
    for number in range(3):
        page.get_by_label(f"Select day-{number}.jpg").check()
    page.get_by_role("button", name="Make …").click()
    place = page.locator(".tool", has=page.get_by_role("heading", name="Place an album"))
    place.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="The journey on a map").click()
    expect(page.get_by_role("heading", name="A journey of 3 photos")).to_be_visible()
    expect(page.locator(".halt")).to_have_count(3)
    expect(page.locator(".halt").nth(1)).to_contain_text("alone")
    visitor.shoot("journey-desktop")
    assert visitor.faults() == []
