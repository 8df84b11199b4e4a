"""A newcomer's visit in a real browser: from the printed address to the first annotated photo.

Run as `python tests/house/visit.py ADDRESS PHOTO SCREENSHOT`, so that a test may run it in another
network namespace. Prints what was seen as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import monotonic

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from webapp.install import chromium

NAME, PASSWORD = "keeper", "a quiet lighthouse"
PATIENCE_MS = 120_000


def sign_in(page: Page, address: str) -> None:
    """By the one-time link and the first start's questions; later by name and password."""
    page.goto(address)
    if page.get_by_label("Password").count():
        page.get_by_label("User name").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    else:
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("User name").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Start").click()
    page.locator("#choose").wait_for(state="attached")


def upload(page: Page, photo: Path) -> float:
    """Seconds from choosing the file until a tile more says how many faces were found."""
    read = page.locator("#grid .badge", has_text="face")
    before, began = read.count(), monotonic()
    page.locator("#choose").set_input_files(photo)
    read.nth(before).wait_for(timeout=PATIENCE_MS)
    return monotonic() - began


def visit(address: str, photo: Path, screenshot: Path) -> dict[str, object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        sign_in(page, address)
        seconds = upload(page, photo)
        badge = page.locator("#grid .badge").first.inner_text()
        page.locator("#grid a").first.click()
        page.locator("#overlay .box").first.wait_for(state="attached")
        page.screenshot(path=screenshot)
        seen = {"badge": " ".join(badge.split()), "title": page.title(), "seconds": seconds}
        browser.close()
        return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(visit(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
