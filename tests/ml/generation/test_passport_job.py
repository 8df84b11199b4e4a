"""The job "passport": sizes, the sheet, what is said of it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml import registry
from ml.contracts import DETECTION, IRIS
from ml.errors import MLError
from ml.generation.passport_layouts import LAYOUTS
from ml.generation.passport_pipeline import (
    DRAWN_FROM,
    PLAIN,
    PassportInputs,
    PassportOptions,
    passport,
)
from ml.generation.passport_sheets import Paper
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import Policy, best
from ml.types import Artifact, Box
from ml.weights import Weights

registry.discover()
FACE = Box(182, 70, 270, 180)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


def models() -> tuple[str, ...]:
    """The default model of each task that is needed, and those that these need."""
    found: list[str] = []
    waiting = [DETECTION, *DRAWN_FROM, IRIS]
    while waiting:
        card = best(waiting.pop(), Policy())
        assert card is not None
        found.append(card.name)
        waiting += card.needs
    return tuple(dict.fromkeys(found))


def made(
    pool: Pool, photo: Path, folder: Path, faces: tuple[Box, ...] = (FACE,), **options: object
) -> tuple[Artifact, ...]:
    inputs = PassportInputs(photo, models(), faces, ())
    context = Context(pool, scratch=folder)
    wish = PassportOptions(**{"layout": LAYOUTS["icao"].title} | options)  # type: ignore[arg-type]
    return passport(wish, inputs, context).artifacts


def test_a_photo_and_a_sheet_have_their_true_sizes(
    pool: Pool, astronaut: Path, tmp_path: Path
) -> None:
    photo, sheet, pdf = made(pool, astronaut, tmp_path)
    with Image.open(photo.path) as image:
        assert image.size == (413, 531) and round(image.info["dpi"][0]) == 300
    with Image.open(sheet.path) as image:
        assert sorted(image.size) == [1200, 1800]
    assert pdf.path.read_bytes()[:5] == b"%PDF-" and pdf.media_type == "application/pdf"


def test_what_an_office_would_not_take_is_said(pool: Pool, astronaut: Path, tmp_path: Path) -> None:
    said = made(pool, astronaut, tmp_path)[0].facts["an office may refuse it for"]
    assert "The background is not plain" in str(said)
    said = made(pool, astronaut, tmp_path, background=PLAIN)[0].facts["an office may refuse it for"]
    assert "The background was replaced" in str(said) and "not plain" not in str(said)


def test_another_country_has_another_size(pool: Pool, astronaut: Path, tmp_path: Path) -> None:
    photo = made(pool, astronaut, tmp_path, layout="United States", paper=Paper.A4)[0]
    with Image.open(photo.path) as image:
        assert image.size == (602, 602)
    assert "51 x 51 mm" in str(photo.facts["size"])


def test_several_faces_want_a_choice(pool: Pool, astronaut: Path, tmp_path: Path) -> None:
    with pytest.raises(MLError, match="Choose the one face"):
        made(pool, astronaut, tmp_path, faces=())
    with pytest.raises(MLError, match="not found again"):
        made(pool, astronaut, tmp_path, faces=(Box(0, 400, 60, 470),))


def test_a_face_too_small_is_refused_with_the_reason(
    pool: Pool, astronaut: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.png"
    with Image.open(astronaut) as image:
        image.resize((200, 200)).save(small)
    scaled = Box(*(edge * 200 / 512 for edge in FACE.to_json()))
    with pytest.raises(MLError, match="too small: its eyes are"):
        made(pool, small, tmp_path, faces=(scaled,))
