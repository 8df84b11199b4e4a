"""A browser for the tests that drive one, and photos to give it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.end_to_end.browsing import Visitor, started, visiting
from tests.end_to_end.rigging import Customer
from tests.end_to_end.tiny_maker import stocked_tree
from tests.stack import Stack, Stacks


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium. Playwright keeps an event loop running, beside which rows are still to be read."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright, started(playwright) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Somebody at a desktop, not signed in yet; nothing may complain on the console."""
    with visiting(browser, stack) as visitor:
        yield visitor
        assert visitor.said == []


@pytest.fixture(scope="session")
def stocked(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Code whose release pins a tiny maker of pictures, and weights with that among them."""
    return stocked_tree(tmp_path_factory.mktemp("stocked"), weights_folder)


@pytest.fixture
def stocked_stack(
    transactional_db: None,
    _stacks: Stacks,
    stocked: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Stack:
    """An installation of that code and these weights."""
    tree, weights = stocked
    monkeypatch.setenv("WEIGHTS_DIR", str(weights))
    return _stacks.use(tree)


@pytest.fixture
def anna(stack: Stack, tmp_path: Path) -> Iterator[Customer]:
    """A program that uses the installation over REST."""
    customer = Customer(stack, tmp_path)
    yield customer
    customer.http.close()


@pytest.fixture
def mirrored(astronaut: Path, tmp_path: Path) -> Path:
    """The astronaut, mirrored: another photo with one face."""
    path = tmp_path / "mirrored.jpg"
    Image.open(astronaut).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path, quality=92)
    return path


@pytest.fixture
def crowd(astronaut: Path, tmp_path: Path) -> Path:
    """64 faces, which take a second or two."""
    path, face = tmp_path / "crowd.jpg", Image.open(astronaut).resize((250, 250))
    picture = Image.new("RGB", (2000, 2000))
    for number in range(64):
        picture.paste(face, (number % 8 * 250, number // 8 * 250))
    picture.save(path, quality=90)
    return path


@pytest.fixture
def faceless(tmp_path: Path) -> Path:
    """A photo of nobody."""
    path = tmp_path / "sky.png"
    Image.linear_gradient("L").convert("RGB").resize((640, 400)).save(path)
    return path
