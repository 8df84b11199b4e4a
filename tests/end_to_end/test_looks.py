"""What every page looks like, to eyes and to axe, wide and narrow, light and dark."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.end_to_end.browsing import DESKTOP, PHONE, layer, visiting
from tests.stack import ROOT, Stack
from webapp.models import Job, Photo

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_each_page_is_accessible(
    browser: Browser,
    stack: Stack,
    astronaut: Path,
    mirrored: Path,
    faceless: Path,
    size: tuple[int, int],
    scheme: str,
) -> None:
    """The CSP is set aside for axe only: it brings its own style and script."""
    faults: dict[str, list[str]] = {}
    suffix = f"{'phone' if size == PHONE else 'desktop'}-{scheme}"
    with visiting(browser, stack, size, color_scheme=scheme, bypass_csp=True) as visitor:

        def look(name: str, path: str | None = None) -> None:
            if path is not None:
                visitor.go(path)
            visitor.page.wait_for_load_state("load")
            visitor.shoot(f"{name}-{suffix}")
            faults[name] = visitor.faults()

        look("sign-in", "/sign-in/")
        visitor.arrive()
        look("start")
        page = visitor.answer()
        look("empty", "/")
        visitor.choose(astronaut, mirrored, faceless)
        expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
        expect(page.locator("#grid .badge", has_text="no faces")).to_have_count(1)
        ids = {photo.name: photo.pk for photo in Photo.objects.all()}
        look("photos", "/")
        look("photo", f"/photos/{ids['astronaut.jpg']}/")
        look("details", f"/photos/{ids['astronaut.jpg']}/?tab=details")
        look("faceless", f"/photos/{ids['sky.png']}/")
        look("jobs", "/jobs/")
        look("job", f"/jobs/{Job.objects.first().pk}/")
        look("account", "/account/")
        page.get_by_placeholder("What is it for?").fill("backup script")
        page.get_by_role("button", name="Make a key").click()
        page.get_by_role("heading", name="Your new key").wait_for()
        look("key")
        look("models", "/models/")
        look("about", "/about/")
        look("missing", "/nowhere/")
        visitor.go(f"/photos/{ids['sky.png']}/")
        page.get_by_role("button", name="Move to trash").click()
        look("undo")
        look("trash", "/trash/")
        page.get_by_label("Select sky.png").check(force=True)
        page.get_by_role("button", name="Erase").click()
        look("sure")
        visitor.context.clear_cookies()
        look("link", "/sign-in/a-link-nobody-made/")
        page.get_by_role("button", name="Sign in").click()
        look("link-spent")
    assert {name: found for name, found in faults.items() if found} == {}


def test_makes_the_picture_of_the_readme(browser: Browser, stack: Stack, tmp_path: Path) -> None:
    """With README_SCREENSHOT=1 the picture is put in its place."""
    with visiting(browser, stack, (1280, 800)) as visitor:
        page = visitor.sign_in()
        page.get_by_role("button", name="Try with a sample photo").click()
        expect(page.locator("article.face")).to_have_count(1)
        layer(page, "Contours")
        for kind in ("age", "expression"):
            page.get_by_role("switch", name=f"Apparent {kind}").click()
            expect(page.locator("article.face")).to_contain_text(f"Apparent {kind}")
        page.evaluate("scrollTo(0, 0)")
        shot, small = tmp_path / "shot.png", tmp_path / "screenshot.webp"
        page.screenshot(path=shot)
        Image.open(shot).save(small, quality=88, method=6)
    if os.environ.get("README_SCREENSHOT"):
        shutil.copyfile(small, ROOT / "docs" / "screenshot.webp")
    assert small.stat().st_size < 300_000
