"""The job "search" tells where something is, how it was found, and shows the path."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml import pipelines
from ml.errors import MLError
from ml.pipelines import Context
from ml.pool import Pool
from ml.prompting.search_pipeline import FACE, KIND, WRITTEN, SearchInputs, SearchOptions
from ml.types import MarkKind, Report
from ml.weights import Weights
from tests.fitting.search_pictures import COLOURS, put, sign, spread
from tests.ml.prompting.test_search import MODELS

pipelines.discover()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wall of bricks with a small sign."""
    tile = np.repeat(data.brick()[..., None], 3, axis=2)
    pixels = spread(tile, (3000, 2000), np.random.default_rng(1))
    put(pixels, (2100, 1300), sign("BAKERY", COLOURS[3]), None)
    path = tmp_path_factory.mktemp("street") / "street.png"
    Image.fromarray(pixels).save(path, compress_level=1)
    return path


def ran(path: Path, options: SearchOptions, weights: Path, scratch: Path | None = None) -> Report:
    context = Context(Pool(Weights(weights)), scratch=scratch)
    report = pipelines.get(KIND).run(options, SearchInputs(path, MODELS), context)
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    return report


def test_says_where_it_is_and_shows_the_way(
    street: Path, weights_folder: Path, tmp_path: Path
) -> None:
    options = SearchOptions(what=WRITTEN, words="Bakery", budget=40)
    report = ran(street, options, weights_folder, tmp_path)
    said = {one.name: one for one in report.readings}
    assert said["found"].note == "the text “Bakery”; it says “BAKERY”"
    assert said["pixels looked at"].value <= 40
    (found,) = (mark for mark in report.marks if mark.layer == "Found")
    (left, top), (right, bottom) = found.paths[0]
    assert left < 2140 < right and top < 1311 < bottom and found.on
    looks = [one for one in report.marks if one.kind is MarkKind.BOX and one.layer != "Found"]
    assert [one.label.split(":")[0] for one in looks] == [str(n + 1) for n in range(len(looks))]
    picture, steps = report.artifacts
    told = json.loads(steps.path.read_text())
    assert [step["why"] != "" for step in told["path"]] == [True] * (len(looks) + 1)
    with Image.open(picture.path) as sheet:
        assert sheet.width == 1600


def test_what_is_not_found_is_not_said_to_be_absent(street: Path, weights_folder: Path) -> None:
    report = ran(street, SearchOptions(what=FACE, budget=30), weights_folder)
    (said,) = (one for one in report.readings if one.name == "found")
    assert said.value is None and "may be there all the same" in said.note
    assert not any(mark.layer == "Found" for mark in report.marks)


def test_words_go_with_a_text_only() -> None:
    with pytest.raises(ValueError, match="choose a text"):
        SearchOptions(what=FACE, words="bakery")


def test_says_what_is_not_installed(street: Path, weights_folder: Path) -> None:
    context = Context(Pool(Weights(weights_folder)))
    with pytest.raises(MLError, match="models fetch"):
        pipelines.get(KIND).run(SearchOptions(what=WRITTEN), SearchInputs(street, ()), context)
