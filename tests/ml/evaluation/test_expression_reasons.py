"""Deleting lit parts of a face, by hand on small pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.evaluation.benchmarks import expression_reasons as reasons
from ml.evaluation.benchmarks.expression_reasons import Deleted
from ml.evaluation.readers.people import Person
from ml.types import Mark, MarkKind, Picture
from tests.ml.evaluation.test_benchmarks import people, whole

OVAL = np.zeros((20, 30), np.bool_)
OVAL[5:15, 5:25] = True  # 200 pixels: a tenth is 20


def test_a_tenth_of_the_face_goes_and_nothing_beside_it() -> None:
    order = np.zeros(OVAL.shape)
    order[:5] = 9  # hottest outside the face
    order[7, 5:25] = 1
    gone = reasons.first(order, OVAL)
    assert gone.sum() == 20 and gone[7, 5:25].all()


def test_around_a_place_goes_what_is_nearest() -> None:
    gone = reasons.first(-reasons.away((15, 10), (1, 1), (30, 20)), OVAL)
    assert gone.sum() == 20 and gone[8:13, 13:18].sum() >= 19


def test_a_mouth_is_wider_than_it_is_high() -> None:
    gone = reasons.first(-reasons.away((15, 10), (4, 1), (30, 20)), OVAL)
    rows, columns = np.nonzero(gone)
    assert np.ptp(columns) > 2 * np.ptp(rows)


def test_what_is_gone_has_the_face_s_colour() -> None:
    pixels = np.full((20, 30, 3), 10, np.uint8)
    pixels[OVAL] = 100
    pixels[5:10, 5:25] = 50
    made = reasons.without(Picture(pixels), reasons.first(np.ones(OVAL.shape), OVAL), OVAL)
    assert (made.pixels[5, 5:25] == 75).all() and (made.pixels[6:] == pixels[6:]).all()
    assert pixels[5, 5, 0] == 50


def test_a_map_is_stretched_over_its_box() -> None:
    file = io.BytesIO()
    Image.fromarray(np.array([[0, 255]], np.uint8)).save(file, "PNG")
    mark = Mark("a", "b", MarkKind.HEAT, (((2.0, 3.0), (12.0, 9.0)),), 0, raster=file.getvalue())
    hot = reasons.spread(mark, (30, 20))
    assert hot.shape == (20, 30) and hot[5, 2] == 0 and hot[5, 11] == 255
    assert (hot[:3] == -1).all() and (hot[:, 12:] == -1).all()


def test_faces_that_are_not_explained_lose_nothing() -> None:
    told = [Deleted(0.6, 0.1, 0.3, 1.0), Deleted(0.2, 0.1, 0.3, 0.5), None]
    found = reasons.measured(people(Person(), Person(), Person()), told)
    metrics = whole(found)
    assert (found.n, found.skipped) == (3, 1)
    assert metrics == pytest.approx(
        {
            "drop_lit": 0.8 / 3,
            "drop_random": 0.2 / 3,
            "drop_mouth": 0.6 / 3,
            "lit_less_random": 0.6 / 3,
            "lit_less_mouth": 0.2 / 3,
            "wins": 0.5,
        }
    )


def test_any_folder_of_photos_will_do(tmp_path: Path) -> None:
    for name in ("Ada/1.png", "Ada/2.png", "alone.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    found = reasons.photos(tmp_path)
    assert {one.name: one.identity for one in found} == {
        "Ada/1.png": "Ada",
        "Ada/2.png": "Ada",
        "alone.png": "alone.png",
    }
