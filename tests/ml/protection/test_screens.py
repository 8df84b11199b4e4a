"""Screens are looked for by shape and light; what is found of them is covered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, MESH, POSE
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection import screens
from ml.protection.anonymise import KIND, PNG, AnonymiseInputs, AnonymiseOptions, Who
from ml.protection.screen_look import NUMBERS, look
from ml.registry import Policy, best
from ml.types import Report
from ml.weights import Weights
from tests.fitting.screen_drawings import Scene, laid
from tests.fitting.screens import COVERED, overlap

registry.discover()
pipelines.discover()
MODELS = tuple(best(task, Policy()).name for task in (DETECTION, MESH, POSE))  # type: ignore[union-attr]
DRAWN = 8


@pytest.fixture(scope="module")
def ground(astronaut: Path) -> np.ndarray:
    with Image.open(astronaut) as photo:
        return np.asarray(photo.convert("RGB").resize((900, 900)))


@pytest.fixture(scope="module")
def scenes(ground: np.ndarray) -> list[Scene]:
    return [laid(ground, [ground], np.random.default_rng(seed)) for seed in range(DRAWN)]


def hits(scene: Scene) -> bool:
    quads = [np.array(one, np.float32) for one in screens.found(scene.pixels).corners]
    return any(overlap(quad, screens.in_order(scene.quad)) >= COVERED for quad in quads)


def test_half_of_drawn_screens_are_found_where_they_are(scenes: list[Scene]) -> None:
    assert sum(map(hits, scenes)) >= DRAWN / 2


def test_a_photo_without_a_screen_has_none(ground: np.ndarray) -> None:
    assert screens.found(ground).corners == ()


def test_a_large_photo_is_told_in_its_own_pixels(scenes: list[Scene]) -> None:
    scene = next(one for one in scenes if hits(one))
    large = np.asarray(Image.fromarray(scene.pixels).resize((2700, 2700)))
    quads = [np.array(one, np.float32) for one in screens.found(large).corners]
    assert any(overlap(quad, screens.in_order(scene.quad * 3)) >= COVERED for quad in quads)


def test_what_is_found_is_covered_and_faces_stay(
    scenes: list[Scene], weights_folder: Path, tmp_path: Path
) -> None:
    scene, photo = next(one for one in scenes if hits(one)), tmp_path / "in.png"
    Image.fromarray(scene.pixels).save(photo)
    asked = AnonymiseOptions(who=Who.NOBODY, screens=True, file=PNG)
    context = Context(Pool(Weights(weights_folder)), scratch=tmp_path)
    report = pipelines.get(KIND).run(asked, AnonymiseInputs(photo, MODELS), context)
    assert isinstance(report, Report)
    assert {one.name: one.value for one in report.readings}["screens covered"] >= 1
    x, y = scene.quad.mean(0).astype(int)
    after = decode.picture(report.artifacts[0].path).pixels
    middle = after[y - 3 : y + 3, x - 3 : x + 3].reshape(-1, 3)
    assert np.ptp(middle, axis=0).max() == 0, "one colour"


@pytest.mark.parametrize(
    ("quad", "fits"),
    [
        ([(100, 100), (260, 100), (260, 200), (100, 200)], True),
        ([(100, 100), (200, 100), (200, 200), (100, 200)], False),  # a square
        ([(100, 100), (500, 100), (500, 150), (100, 150)], False),  # a strip
        ([(100, 100), (260, 100), (160, 200), (100, 200)], False),  # tapered
        ([(0, 100), (160, 100), (160, 200), (0, 200)], False),  # cut off by the border
        ([(100, 100), (112, 100), (112, 120), (100, 120)], False),  # too small
    ],
)
def test_only_what_can_be_a_screen_from_somewhere_is_looked_at(
    quad: list[tuple[int, int]], fits: bool
) -> None:
    assert screens.is_screens(np.array(quad, np.float32), (600, 800)) == fits


def test_what_is_fitted_is_of_the_numbers_that_are_looked_at(ground: np.ndarray) -> None:
    quad = np.array([(100, 100), (260, 100), (260, 200), (100, 200)], np.float32)
    seen = look(ground, quad)
    assert seen.shape == (NUMBERS,) and np.isfinite(seen).all()
    assert screens.odds(seen[None]).shape == (1,)
