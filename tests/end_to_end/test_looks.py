"""What every page looks like, to eyes and to axe, wide and narrow, light and dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.browsing import DESKTOP, PHONE, Visitor, layer, visiting
from tests.stack import ROOT, Stack
from webapp.models import Alert, Face, Job, Person, Photo, Share

pytestmark = pytest.mark.browser
FAULTS = ("400", "403", "403_csrf", "413", "429", "500")
ACCENT = (0x2F, 0x9B, 0xFF)  # of boxes


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(DESKTOP, "light", id="desktop-light", marks=pytest.mark.long),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.long),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.long),
    ],
)
def test_each_page_is_accessible(
    browser: Browser,
    stack: Stack,
    astronaut: Path,
    mirrored: Path,
    faceless: Path,
    tmp_path: Path,
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
        page = visitor.arrive()
        look("start")
        page.get_by_label("Password").fill("12345678")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("start-wrong")
        visitor.answer()
        look("empty", "/")
        look("people-empty", "/people/")
        visitor.go("/")
        visitor.choose(astronaut, mirrored, faceless)
        expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
        expect(page.locator("#grid .badge", has_text="no faces")).to_have_count(1)
        ids = {photo.name: photo.pk for photo in Photo.objects.all()}
        letter = tmp_path / "letter.jpg"
        letter.write_text("Dear Anna")
        visitor.choose(letter)
        expect(page.locator("#queue li")).to_contain_text("not a picture")
        look("refused")
        look("photos", "/")
        look("photo", f"/photos/{ids['astronaut.jpg']}/")
        look("details", f"/photos/{ids['astronaut.jpg']}/?tab=details")
        look("exposure", f"/photos/{ids['astronaut.jpg']}/?tab=exposure")
        look("authentic-empty", f"/photos/{ids['astronaut.jpg']}/?tab=authentic")
        page.get_by_role("button", name="Look", exact=True).click()
        expect(page.get_by_role("link", name="Report (PDF, signed)")).to_be_visible()
        look("authentic")
        page.goto(f"{visitor.base}/photos/{ids['astronaut.jpg']}/?tab=make")
        page.get_by_role("button", name="Make it").first.click()
        expect(page.locator("#made img")).to_be_visible()
        look("make")
        page.get_by_role("link", name="Compare").click()
        look("comparing")
        with_a_share(visitor, look, ids["astronaut.jpg"])
        look("protect", f"/photos/{ids['astronaut.jpg']}/?tab=protect")
        page.locator(".tool", has_text="Make it safe").get_by_role("button").click()
        expect(page.locator(".outcome")).to_be_visible()
        look("protect-made")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        look("zips-empty", "/exports/")
        look("save", f"/photos/save/?gallery={Photo.objects.first().gallery_id}")
        page.get_by_role("button", name="Make the ZIP").click()
        expect(page.get_by_role("link", name="Download")).to_be_visible()
        look("zip-job")
        look("zips", "/exports/")
        first, second = Face.objects.order_by("photo__name")
        look("compare", f"/faces/compare/?a={first.pk}&b={second.pk}")
        look("model", "/models/mesh-pose/")
        with_a_protected_person(visitor, look, first, second)
        look("faceless", f"/photos/{ids['sky.png']}/")
        look("jobs", "/jobs/")
        look("job", f"/jobs/{Job.objects.first().pk}/")
        failed = Job.objects.filter(photos=ids["sky.png"])
        failed.update(status="failed", error="The disk is full.")
        look("job-failed", f"/jobs/{failed.get().pk}/")
        look("jobs-failed", "/jobs/?show=failed")
        look("photo-failed", f"/photos/{ids['sky.png']}/")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_text("No faces in this photo")).to_be_visible()
        visitor.go(f"/photos/{ids['astronaut.jpg']}/")
        page.get_by_role("switch", name="Apparent age").click()
        row = page.locator("details.reading", has_text="Apparent age")
        row.locator("summary").click()
        look("photo-open")
        look("behind", "/account/")
        for summary in page.locator("details.more-of summary").all():
            summary.click()
        look("account")
        page.get_by_placeholder("What is it for?").fill("backup script")
        page.get_by_role("button", name="Make a key").click()
        page.get_by_role("heading", name="Your new key").wait_for()
        look("key")
        look("models", "/models/")
        look("about", "/about/")
        look("missing", "/nowhere/")
        for fault in FAULTS:
            with answered_by(page, fault):
                look(f"fault-{fault}", "/fault/")
        visitor.go("/api/v1/docs")
        page.locator("#operations-analyse-analyse_create").wait_for()
        look("api-docs")
        # Swagger UI's own: its rows are buttons with a link inside.
        faults["api-docs"] = [f for f in faults["api-docs"] if not f.startswith("nested-inter")]
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


def with_a_share(visitor: Visitor, look: Callable[[str, str | None], None], photo: object) -> None:
    """A link behind a password: made, seen by its maker, opened, and revoked."""
    page = visitor.go(f"/photos/{photo}/")
    page.get_by_role("button", name="Share …").first.click()
    look("share-recipes", None)
    page.get_by_role("radio", name="Cut out people").check()
    page.get_by_role("button", name="Next").click()
    look("share-new", None)
    page.get_by_label("Title").fill("For Anna")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    look("share", None)
    address = page.locator("code.curl").inner_text().removeprefix(visitor.base)
    look("share-door", address)
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Show the photos").click()
    expect(page.get_by_role("img", name="Picture 1")).to_be_visible()
    look("share-pictures", None)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    Share.objects.update(expires=timezone.now())
    look("share-gone", address)


def with_a_protected_person(
    visitor: Visitor, look: Callable[[str, str | None], None], true: Face, new: Face
) -> None:
    """Somebody named on one photo is protected; the other photo looks like them."""
    page = visitor.go(f"/photos/{true.photo_id}/")
    page.get_by_placeholder("Who is this?").fill("Eileen")
    page.get_by_role("button", name="Save the name of face 1").click()
    page.get_by_role("link", name="Protect Eileen").click()
    look("person-unprotected", None)
    page.get_by_role("button", name="This is me").click()
    page.get_by_role("checkbox", name="astronaut.jpg").check()
    page.get_by_role("button", name="Add the chosen ones").click()
    expect(page.get_by_text("1 of 5: 4 more are needed")).to_be_visible()
    person = Person.objects.get()
    Alert.objects.create(person=person, face=new, distance=0.3)
    look("person", f"/people/{person.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look("people", "/people/")


@contextmanager
def answered_by(page: Page, fault: str) -> Iterator[None]:
    """The address /fault/ shows the page of a fault, with the real style sheet."""
    answer = {"content_type": "text/html", "body": render_to_string(f"{fault}.html")}
    page.route("**/fault/", lambda route: route.fulfill(**answer))
    yield
    page.unroute("**/fault/")


def accented(picture: Image.Image) -> float:
    """The part of a picture that has about the accent's colour, 0..1."""
    pixels = np.asarray(picture).astype(int)
    return float((np.abs(pixels - ACCENT).max(axis=-1) < 60).mean())


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
        expect(page.locator("#job")).to_be_empty()
        expect(page.locator("details.reading").nth(2)).to_be_in_viewport(ratio=1)
        at = page.locator("#overlay .box .ink").bounding_box()
        shot, small = tmp_path / "shot.png", tmp_path / "screenshot.webp"
        page.screenshot(path=shot)
        Image.open(shot).save(small, quality=88, method=6)
    assert at is not None
    with Image.open(small) as picture:
        assert picture.size == (1280, 800)
        face = picture.convert("RGB").crop(
            [round(v) for v in (at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"])]
        )
    assert accented(face.crop((0, 0, face.width, 3))) > 0.5, "the box is drawn around the face"
    assert len(face.getcolors(face.width * face.height)) > 1000, "there is a photo in the box"
    if os.environ.get("README_SCREENSHOT"):
        shutil.copyfile(small, ROOT / "docs" / "screenshot.webp")
    assert small.stat().st_size < 300_000
