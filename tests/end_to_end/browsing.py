"""A person at a browser: Chromium with eyes on the console, the way in, and what axe says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_core_python
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.stack import Stack
from webapp.install import chromium
from webapp.services.users import first_administrator, sign_in_link_create

SHOTS = Path(__file__).resolve().parents[1] / "screenshots"
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
# Only what is wrong leaves the browser: all that axe finds right takes ten times as long to carry.
FAULTS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter((fault) => ["serious", "critical"].includes(fault.impact))
    .flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))"""
PASSWORD = "a quiet lighthouse"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
DESKTOP, PHONE = (1440, 900), (390, 844)
PATIENCE_MS = 60_000
PATIENCE_WITH_JOBS_MS = 180_000  # while something is expected to show: it may wait for a job


@dataclass
class Visitor:
    """One browser window. said: what the console complained about."""

    page: Page
    context: BrowserContext
    base: str
    said: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self) -> Page:
        """Use a one-time link, and answer the first start's questions."""
        self.arrive()
        return self.answer()

    def arrive(self) -> Page:
        """Use a one-time link."""
        token = sign_in_link_create(user=first_administrator())
        page = self.go(f"/sign-in/{token}/")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Let us set Prosopa up").wait_for()
        return page

    def answer(self) -> Page:
        """Answer the first start's questions, and be among the photos."""
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Start").click()
        self.page.get_by_role("heading", name="My photos").wait_for()
        return self.page

    def choose(self, *files: Path) -> None:
        """Add photos through the file chooser."""
        self.page.locator("#choose").set_input_files(files)

    def faults(self) -> list[str]:
        """Serious and critical faults that axe finds on the page."""
        self.page.evaluate(AXE.read_text())  # unlike a script tag, the CSP lets it pass
        found: list[str] = self.page.evaluate(FAULTS)
        return found

    def shoot(self, name: str, *, whole: bool = True) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


@contextmanager
def started(playwright: Playwright) -> Iterator[Browser]:
    """A browser process; closed at the end."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield browser
    browser.close()


@contextmanager
def visiting(
    browser: Browser, stack: Stack, size: tuple[int, int] = DESKTOP, **options: Any
) -> Iterator[Visitor]:
    """A window of that size. options: of Playwright's new_context."""
    width, height = size
    touch = {"is_mobile": True, "has_touch": True} if size == PHONE else {}
    context = browser.new_context(viewport={"width": width, "height": height}, **touch, **options)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_WITH_JOBS_MS)  # for the whole process, whoever sets it
    page = context.new_page()
    visitor = Visitor(page, context, stack.url)
    page.on(
        "console",
        lambda line: line.type == "error" and visitor.said.append(f"{line.text} {line.location}"),
    )
    page.on("pageerror", lambda error: visitor.said.append(str(error)))
    yield visitor
    context.close()


def layer(page: Page, name: str) -> None:
    """Press a layer's switch."""
    page.locator("#layers").get_by_label(name, exact=True).click()
