"""Small signs and faces are found in 40 megapixels by seeing few of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml import registry
from ml.contracts import DETECTION, TEXT, WRITING
from ml.pool import Pool
from ml.prompting import search as searching
from ml.prompting.glimpse import Retina
from ml.prompting.search import LONGEST, Region, Search, search
from ml.prompting.search_sight import Kind, Seen, Sight
from ml.prompting.search_targets import ALIKE, Faces, Words, alike, plain
from ml.registry import Policy, best
from ml.types import Box, Picture
from ml.weights import Weights
from tests.fitting.search_pictures import COLOURS, HIGH, WIDE, put, sign, smaller, spread

registry.discover()
MODELS = tuple(best(task, Policy()).name for task in (DETECTION, TEXT, WRITING))  # type: ignore[union-attr]
SHARE = 0.15
AT = (4711, 2222)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def gravel() -> np.ndarray:
    tile = np.repeat(data.gravel()[..., None], 3, axis=2)
    return spread(tile, (WIDE, HIGH), np.random.default_rng(0))


def holding(background: np.ndarray, *thing: Image.Image | None) -> tuple[Picture, Box]:
    """The background with a thing (and its mask) on it, and where."""
    pixels = background.copy()
    return Picture(pixels), put(pixels, AT, *thing)


def finds(went: Search, box: Box) -> bool:
    return any(
        box.left <= hit.box.centre[0] <= box.right and box.top <= hit.box.centre[1] <= box.bottom
        for hit in went.hits
    )


def test_a_sign_of_twelve_pixels_is_found_in_forty_megapixels(
    pool: Pool, gravel: np.ndarray
) -> None:
    picture, box = holding(gravel, sign("HARBOUR", COLOURS[2]), None)
    sight = Sight(picture, SHARE)
    went = search(sight, Words(pool, MODELS, "harbour"))
    assert finds(went, box) and plain(went.hits[0].says) == "harbour"
    assert went.seen < SHARE


def test_a_face_of_twenty_pixels_is_found_in_forty_megapixels(
    pool: Pool, gravel: np.ndarray
) -> None:
    picture, box = holding(gravel, *smaller(data.astronaut()[25:205, 146:300]))
    went = search(Sight(picture, SHARE), Faces(pool, MODELS))
    assert finds(went, box)
    assert went.seen < SHARE


def small(width: int = 2600, height: int = 1900) -> Picture:
    tile = np.repeat(data.brick()[..., None], 3, axis=2)
    return Picture(spread(tile, (width, height), np.random.default_rng(1)))


def test_no_more_is_looked_at_than_the_budget_allows(pool: Pool) -> None:
    picture = small()
    overview = LONGEST * round(LONGEST * 1900 / 2600) / (2600 * 1900)
    went = search(Sight(picture, overview + 0.02), Faces(pool, MODELS), stop=False)
    assert not went.hits
    assert overview < went.seen <= overview + 0.02


def test_every_pixel_shown_is_counted() -> None:
    sight = Sight(small(), 1.0)
    shown = [
        sight.overview(650).pixels,
        sight.window(Box(2500, 1800, 2700, 2000), "").pixels,  # reaches beyond the border
    ]
    glimpse = Retina().glimpse(sight.picture, (700, 700))
    sight.glimpse(Retina(), (700, 700), "")
    counted = sum(one[..., 0].size for one in (*shown, glimpse.centre, glimpse.around))
    assert sight.seen == pytest.approx(counted / (2600 * 1900))
    assert [step.kind for step in sight.path] == [Kind.OVERVIEW, Kind.ZOOM, Kind.GLIMPSE]


class Pointing:
    """A planner that points at one corner."""

    def regions(self, overview: Seen, wish: str) -> Sequence[Region]:
        assert max(overview.pixels.shape) == LONGEST and wish == "a face"
        return [Region(Box(100, 1500, 300, 1800), 50.0, "people stand there")]


def test_a_planner_says_where_to_look_first(pool: Pool) -> None:
    picture = small()
    overview = LONGEST * round(LONGEST * 1900 / 2600) / (2600 * 1900)
    went = search(Sight(picture, overview + 0.01), Faces(pool, MODELS), planner=Pointing())
    first = went.path[1]
    assert first.why.startswith("people stand there")
    x, y = first.box.centre
    assert 100 <= x <= 300 and 1500 <= y <= 1800


def test_what_rose_is_looked_at_before_what_was_as_high() -> None:
    at = np.array([[100.0, 100.0], [130.0, 100.0], [900.0, 900.0]])
    places = searching.Places(at, np.array([2.0, 0.0, 1.5]))
    assert places.next() == 0
    interest = np.full((128, 128), -3.0, np.float32)
    interest[64, 79] = 1.0  # of the second place, as the glimpse sees it
    seen = Seen(np.zeros((256, 256, 3), np.uint8), Box(-28, -28, 228, 228))
    places.judged(seen, interest, 2.0, 64)
    assert places.next() == 1 and "raised its score by 1.0" in places.reason(1)


def test_a_picture_as_small_as_its_overview_is_looked_at_once(pool: Pool) -> None:
    pixels = small(900, 700).pixels.copy()
    box = put(pixels, (500, 300), sign("ROOM 214", COLOURS[0]), None)
    went = search(Sight(Picture(pixels), SHARE), Words(pool, MODELS, "room 214"))
    assert finds(went, box) and len(went.path) == 1


@pytest.mark.parametrize(
    ("wanted", "read", "same"),
    [
        ("bakery", "the old bakery", True),
        ("bakery", "bakerv", True),
        ("platform 7", "platform 7 8", True),
        ("bakery", "library", False),
        ("exit", "e x i t s t r a t e g y of the whole world", False),
        ("exit", "", False),
    ],
)
def test_words_may_be_read_a_little_wrong(wanted: str, read: str, same: bool) -> None:
    assert (alike(wanted, read) >= ALIKE) is same
