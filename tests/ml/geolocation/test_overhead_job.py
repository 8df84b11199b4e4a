"""The job that lays a photo over a picture from above: what it draws, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import MLError
from ml.geolocation.overhead_pipeline import NONE, OverheadInputs, OverheadOptions, overhead
from ml.pipelines import Context
from ml.pool import Pool
from ml.weights import Weights


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    """A photo and a crossing of two roads from above."""
    rng = np.random.default_rng(0)
    street = rng.integers(90, 130, (240, 320, 3), np.uint8)
    street[130:, 150:170] = 230
    above = rng.integers(90, 130, (200, 200, 3), np.uint8)
    above[:, 96:104] = above[96:104] = 230
    found = tmp_path / "street.png", tmp_path / "above.png"
    for path, pixels in zip(found, (street, above), strict=True):
        Image.fromarray(pixels).save(path)
    return found


def run(tmp_path: Path, inputs: OverheadInputs, **options: float) -> list[dict[str, float]]:
    context = Context(Pool(Weights(tmp_path)), scratch=tmp_path)
    picture, table = overhead(OverheadOptions(**options), inputs, context).artifacts  # type: ignore[arg-type]
    assert picture.facts["experimental"] == "yes"
    with Image.open(picture.path) as image:
        assert image.size == (200, 200)
    rows: list[dict[str, float]] = json.loads(table.path.read_text())
    return rows


def test_candidates_are_ranked_and_lie_on_the_picture(
    tmp_path: Path, pictures: tuple[Path, Path]
) -> None:
    rows = run(tmp_path, OverheadInputs(pictures[0], (pictures[1],)), grain=0.5)
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True) and rows[0]["rank"] == 1
    assert all(0 <= row["x"] <= 200 and 0 <= row["heading"] < 360 for row in rows)


def test_without_a_picture_from_above_it_says_what_is_missing(
    tmp_path: Path, pictures: tuple[Path, Path]
) -> None:
    with pytest.raises(MLError, match="Choose the map tile"):
        run(tmp_path, OverheadInputs(pictures[0], ()))
    assert NONE


def test_more_than_can_be_searched_is_refused(tmp_path: Path, pictures: tuple[Path, Path]) -> None:
    Image.new("RGB", (1100, 40)).save(pictures[1])
    with pytest.raises(MLError, match="2200 metres, and at most 2000"):
        run(tmp_path, OverheadInputs(pictures[0], (pictures[1],)), grain=2.0)
