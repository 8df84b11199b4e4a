"""The real pages in a real browser, with real workers and real weights."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ml import registry
from ml.contracts import AGE
from ml.registry import ModelCard
from tasks.lanes import broker
from tests.end_to_end.browsing import Visitor, layer, visiting
from tests.stack import Stack, until
from webapp.models import Job, Photo, Run
from webapp.selectors.models import rows

pytestmark = pytest.mark.browser
# A file dragged over or dropped on the page, as the browser would tell it.
DROP = """({name, content, kind}) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: "image/jpeg"}));
  window.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, cancelable: true}));
}"""


def speaks_of(task: registry.Task[object]) -> ModelCard:
    """The model that reads this here: which depends on what npm could fetch."""
    return next(row.card for row in rows() if row.card.task == task and row.installed)


@contextmanager
def workers_held(stack: Stack) -> Iterator[None]:
    """Nothing is taken from the queue meanwhile; the worker counts as alive all the while."""
    held = stack.processes("worker-now")
    with broker() as queue:
        queue.set("prosopa:alive:cpu-now", 1, ex=120)
    for process in held:
        process.suspend()
    try:
        yield
    finally:
        for process in held:
            process.resume()


def test_a_first_visit(visitor: Visitor, stack: Stack, astronaut: Path, mirrored: Path) -> None:
    page = visitor.sign_in()

    with workers_held(stack):
        visitor.choose(astronaut, mirrored)
        expect(page.locator("#grid .tile")).to_have_count(2)
        expect(page.locator("#work")).to_contain_text("Looking at 2 photos")
        page.get_by_role("link", name="mirrored.jpg").click()
        expect(page.locator("#job")).to_contain_text("Waiting for its turn")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#job")).to_contain_text("The analysis was cancelled")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("article.face")).to_have_count(1)
    expect(page.locator("#job")).to_be_empty()

    boxes = page.locator("#overlay .box")
    expect(boxes).to_be_visible()
    layer(page, "Boxes")
    expect(boxes).to_be_hidden()
    expect(page.locator("#overlay .label text")).to_have_text("1")
    expect(page.locator("#overlay .label text")).to_be_visible()
    expect(page.locator("article.face")).to_contain_text("Face 1")
    layer(page, "Mesh")
    expect(page.locator('#overlay [data-layer="Mesh"] .points')).to_be_visible()
    page.reload()
    expect(boxes).to_be_hidden()
    layer(page, "Boxes")

    page.get_by_label("Name of face 1", exact=True).fill("Eileen")
    page.get_by_label("Name of face 1", exact=True).press("Enter")
    expect(page.locator("#overlay .label text")).to_have_text("Eileen")

    page.get_by_role("button", name="Move to trash").click()
    expect(page.locator("#grid .tile")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#grid .tile")).to_have_count(2)
    assert Photo.objects.get(name="mirrored.jpg").faces.get().person is not None


def test_three_clicks_lead_to_the_first_annotated_photo(visitor: Visitor) -> None:
    page = visitor.sign_in()  # the link's button and "Start" are two
    page.get_by_role("button", name="Try with a sample photo").click()
    expect(page.locator("#overlay .box")).to_be_visible()
    expect(page.locator("article.face")).to_have_count(1)


def test_shows_progress_and_what_was_found_so_far(
    visitor: Visitor, stack: Stack, crowd: Path
) -> None:
    page = visitor.sign_in()
    with workers_held(stack):
        visitor.choose(crowd)
        page.get_by_role("link", name="crowd.jpg").click()
        expect(page.locator("#faces .skeleton").first).to_be_visible()
        assert page.locator("#job progress").get_attribute("value") == "0"
    under_way = Job.objects.exclude(partial=None).filter(done__gt=0)
    until(under_way.exists, what="something provisional")
    with workers_held(stack):
        expect(page.locator("#job")).to_contain_text("provisional")
        assert page.locator("#job progress").get_attribute("value") != "0"
        expect(page.locator("#overlay.provisional .box")).to_have_count(64)
        visitor.shoot("provisional", whole=False)
    expect(page.locator("article.face form.naming")).to_have_count(64)
    expect(page.locator("#overlay.provisional")).to_have_count(0)


def test_sensitive_readings_are_off_until_turned_on(visitor: Visitor) -> None:
    page = visitor.sign_in()
    page.get_by_role("button", name="Try with a sample photo").click()
    card = page.locator("article.face")
    expect(card).to_contain_text("Head pose")
    expect(card).not_to_contain_text("Apparent age")
    page.get_by_role("switch", name="Apparent age").click()
    expect(card).to_contain_text(re.compile(r"looks \d+ \(\d+–\d+\)"))
    visitor.shoot("photo-age", whole=False)


def test_each_reading_says_how_far_to_trust_it_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.sign_in()
    page.get_by_role("button", name="Try with a sample photo").click()
    page.get_by_role("switch", name="Apparent age").click()
    row = page.locator("details.reading", has_text="Apparent age")
    card = speaks_of(AGE)
    expect(row).to_contain_text(card.title)
    expect(row.get_by_text(card.known_limits)).to_be_hidden()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_text(card.known_limits)).to_be_visible()
    expect(row).to_contain_text(card.measured[0].value)
    row.get_by_role("link", name="More about this model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(card.title)


def test_a_gallery_catches_up_with_a_switch(
    visitor: Visitor, astronaut: Path, mirrored: Path
) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut, mirrored)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
    page.get_by_role("link", name="mirrored.jpg").click()
    page.get_by_role("switch", name="Apparent age").click()
    expect(page.locator("article.face")).to_contain_text("looks")
    page.reload()
    page.get_by_role("button", name="Analyse it again").click()
    expect(page.get_by_role("link", name="Analyse faces: astronaut.jpg").first).to_be_visible()
    aged = Run.objects.filter(model=speaks_of(AGE).name)
    until(lambda: aged.all().count() == 2, what="the other's age")


def test_a_selection_is_analysed_again(
    visitor: Visitor, stack: Stack, astronaut: Path, mirrored: Path
) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut, mirrored)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
    for name in ("astronaut.jpg", "mirrored.jpg"):
        page.get_by_label(f"Select {name}").check(force=True)
    with workers_held(stack):
        page.get_by_role("button", name="Analyse again").click()
        expect(page.locator("#work")).to_contain_text("Looking at 2 photos")
        page.get_by_role("link", name="Jobs").first.click()
        page.get_by_role("button", name="Cancel all waiting").click()
        page.get_by_role("button", name="Cancel it").click()
        expect(page.locator("#toasts")).to_contain_text("1 job was cancelled.")
        expect(page.locator("#jobs .tag", has_text="cancelled")).to_have_count(1)


def test_says_what_became_of_each_file(visitor: Visitor, astronaut: Path, tmp_path: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .tile")).to_have_count(1)
    words = tmp_path / "letter.jpg"
    words.write_text("Dear Anna")
    visitor.choose(astronaut, words)
    queue = page.locator("#queue li")
    expect(queue.filter(has_text="astronaut.jpg")).to_contain_text("has it already")
    expect(queue.filter(has_text="letter.jpg")).to_contain_text("not a picture")
    visitor.shoot("uploads", whole=False)
    queue.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", name="astronaut.jpg")).to_be_visible()


def test_erases_after_one_question(visitor: Visitor, astronaut: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(1)
    expect(page.locator("#work")).to_be_empty()
    page.get_by_label("Select astronaut.jpg").check(force=True)
    page.get_by_role("button", name="Move to trash").click()
    page.get_by_role("link", name="Trash").click()
    page.get_by_label("Select astronaut.jpg").check(force=True)
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert not Photo.objects.exists()


def test_drops_anywhere_on_the_page(visitor: Visitor, astronaut: Path) -> None:
    page = visitor.sign_in()
    content = b64encode(astronaut.read_bytes()).decode()
    page.evaluate(DROP, {"name": "dropped.jpg", "content": content, "kind": "dragenter"})
    expect(page.get_by_text("Drop photos to add them to My photos")).to_be_visible()
    page.evaluate(DROP, {"name": "dropped.jpg", "content": content, "kind": "drop"})
    expect(page.get_by_role("link", name="dropped.jpg")).to_be_visible()
    expect(page.locator("#drop")).to_be_hidden()


def test_a_face_and_its_card_light_up_together(visitor: Visitor) -> None:
    page = visitor.sign_in()
    page.get_by_role("button", name="Try with a sample photo").click()
    card, box = page.locator("article.face"), page.locator("#overlay .box")
    card.hover()
    expect(box).to_have_class(re.compile(r"\blit\b"))
    page.get_by_role("heading", name="Sensitive readings").hover()
    expect(box).not_to_have_class(re.compile(r"\blit\b"))
    box.hover()
    expect(card).to_have_class(re.compile(r"\blit\b"))
    box.click()
    expect(page.get_by_label("Name of face 1", exact=True)).to_be_focused()


def test_everything_by_keyboard(visitor: Visitor, astronaut: Path, mirrored: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut, mirrored)
    expect(page.locator("#grid .badge", has_text="1")).to_have_count(2)
    visitor.go("/")  # two uploads at once may be shown in another order than they were kept in
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    first, second = page.locator("#grid .tile > a").all()
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#picked-count")).to_have_text("1")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/photos/*/")
    expect(page.locator("html.scripted")).to_be_attached()
    shown = page.url
    page.keyboard.press("ArrowLeft")
    expect(page).not_to_have_url(shown)
    expect(page.locator("html.scripted")).to_be_attached()
    page.keyboard.press("n")
    expect(page.get_by_label("Name of face 1", exact=True)).to_be_focused()


def test_works_without_script(browser: Browser, stack: Stack, astronaut: Path) -> None:
    with visiting(browser, stack, java_script_enabled=False) as visitor:
        page = visitor.sign_in()
        page.get_by_label("Photos to add").set_input_files(astronaut)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", name="astronaut.jpg")).to_be_visible()
        until(lambda: Job.objects.get().status == Job.Status.DONE, what="the analysis")
        page.reload()
        expect(page.locator("article.face")).to_have_count(1)
        layer(page, "Boxes")
        expect(page.locator("#overlay .box")).to_be_hidden()
        page.get_by_label("Name of face 1", exact=True).fill("Eileen")
        page.get_by_role("button", name="Save the name of face 1").click()
        expect(page.get_by_label("Name of face 1", exact=True)).to_have_value("Eileen")
        page.get_by_role("button", name="Move to trash").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#grid .tile")).to_have_count(1)
