"""From what a photo tells to one that tells less, at a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def telling(astronaut: Path, tmp_path: Path) -> Path:
    """The astronaut with a position, a camera and its owner in the file."""
    path = tmp_path / "IMG_20240512_140310.jpg"
    exif = Image.Exif()
    exif[271], exif[315] = "Nikon", "Anna Example"
    exif.get_ifd(34853).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)})
    Image.open(astronaut).save(path, quality=92, exif=exif)
    return path


def test_the_whole_story(visitor: Visitor, telling: Path, tmp_path: Path) -> None:
    """Upload, exposure, made safe, looked at again, compared and saved."""
    page = visitor.sign_in()
    visitor.choose(telling)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    expect(page.locator("#job")).to_be_empty()
    page.get_by_role("link", name="Exposure").click()
    exposed = page.locator("ol.exposure")
    for told in ("Where it was taken", "Whose photo it is", "Who the person is", "by its name"):
        expect(exposed).to_contain_text(told)
    page.get_by_role("link", name="Make it safe").click()
    visitor.shoot("protect-empty")
    page.locator("section.tool", has_text="Make it safe").get_by_role("button").click()
    outcome = page.locator(".outcome").first
    expect(outcome).to_contain_text("gone")
    visitor.shoot("protect-safe")
    for topic in ("Where it was taken", "Whose photo it is", "Who people are"):
        row = outcome.locator("dt", has_text=topic).locator("+ dd")
        expect(row).to_have_text("gone")
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("slider")).to_be_visible()
    visitor.shoot("protect-compare", whole=False)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save").first.click()
    assert download.value.suggested_filename == "photo.jpg"
    saved = tmp_path / "saved.jpg"
    download.value.save_as(saved)
    with Image.open(saved) as made, Image.open(telling) as was:
        assert made.size == was.size
        assert not made.getexif() and "exif" not in made.info


def test_a_cloak_comes_with_its_proof(visitor: Visitor, astronaut: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    page.locator("#grid .tile > a").first.click()
    page.get_by_role("link", name="Protect", exact=True).click()
    page.get_by_role("heading", name="Cloak").click()
    cloak = page.locator(".tool", has=page.get_by_role("heading", name="Cloak"))
    cloak.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("link", name="Proof")).to_be_visible()
    page.get_by_role("link", name="Proof").click()
    table = page.get_by_role("table", name="Compared with its own original")
    expect(table.locator("tbody tr").first).to_contain_text("no match")
    expect(table).to_contain_text("held out: made anew without it")
    visitor.shoot("proof")
