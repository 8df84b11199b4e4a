"""From what a photo tells to one that tells less, at a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor

pytestmark = pytest.mark.browser
expect.set_options(timeout=120_000)


@pytest.fixture
def telling(astronaut: Path, tmp_path: Path) -> Path:
    """The astronaut with a position, a camera and its owner in the file."""
    path = tmp_path / "IMG_20240512_140310.jpg"
    exif = Image.Exif()
    exif[271], exif[315] = "Nikon", "Anna Example"
    exif.get_ifd(34853).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)})
    Image.open(astronaut).save(path, quality=92, exif=exif)
    return path


def test_protect(visitor: Visitor, telling: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(telling)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    page.get_by_role("link", name="Protect", exact=True).click()
    visitor.shoot("protect-empty")
    page.locator("section.tool", has_text="Take everything out").get_by_role("button").click()
    expect(page.get_by_role("link", name="Compare")).to_be_visible()
    visitor.shoot("protect-clean")
    page.locator("section.tool", has_text="Cloak").get_by_role("button").click()
    visitor.shoot("protect-going", whole=False)
    expect(page.get_by_role("link", name="Proof")).to_be_visible()
    page.get_by_role("link", name="Compare").first.click()
    visitor.shoot("protect-compare", whole=False)
    page.get_by_role("link", name="Proof").click()
    visitor.shoot("proof")
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.shoot("proof-phone")
