"""Drawn or photographed: by tones and edges that can be counted by hand, and on real pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode
from ml.analysis.drawn_tones import SIZE, commonest, measures, said, worded
from ml.contracts import View
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import BEYOND, TINY
from tests.fitting.drawings import FOLDER, around, labelled

WHOLE = Face(Box(-0.5, -0.5, SIZE - 0.5, SIZE - 0.5), 0.9)


def grey(values: np.ndarray) -> Picture:
    return Picture(np.repeat(values.astype(np.uint8)[..., None], 3, axis=2))


def test_two_tones_hold_everything_and_meet_at_one_edge() -> None:
    halves = np.full((SIZE, SIZE), 40)
    halves[:, SIZE // 2 :] = 220
    few, edges = measures(grey(halves), WHOLE)
    assert few == pytest.approx(1)
    assert edges == pytest.approx(1 / (SIZE - 1))  # one column of 95 steps


def test_six_runs_of_three_greys_are_counted() -> None:
    every = np.arange(240, dtype=np.int16)  # all alike: each run of three holds 3 of 240
    assert commonest(every) == pytest.approx(18 / 240)


def test_a_drawing_needs_few_tones_and_hard_edges() -> None:
    assert worded(0.8, 0.2)[0] == "drawn"
    assert worded(0.2, 0.2)[0] == "photograph"
    assert worded(0.8, 0.0) == ("unsure", None)  # a pencil's lines, or the dark


def test_the_drawings_are_drawn_but_for_the_hatched_one() -> None:
    words = {}
    for name, points in labelled().items():
        picture = decode.picture(FOLDER / name)
        words[name] = said(picture, 0, around(points)).value
    assert len(words) == 20
    assert words.pop("woodcut.png") == "photograph"
    assert list(words.values()).count("drawn") >= 18


def test_photos_are_not(astronaut: Path, shared: Path, weights_folder: Path) -> None:
    pool = Pool(Weights(weights_folder))
    words = []
    for path in [astronaut, *sorted((shared / "photos" / "faces").glob("*.jpg"))]:
        picture = decode.picture(path)
        faces = pool.run("centerface", View(picture)).faces
        words += [said(picture, i, face).value for i, face in enumerate(faces)]
    assert len(words) > 30 and "drawn" not in words
    assert words.count("unsure") <= 3  # one of them a pencil drawing on a wall


def test_says_nothing_of_what_it_cannot_see(astronaut: Path) -> None:
    picture = decode.picture(astronaut)
    assert said(picture, 0, TINY).note == "face too small"
    assert said(picture, 0, BEYOND).note == "outside the photo"
