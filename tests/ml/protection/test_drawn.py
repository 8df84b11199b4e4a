"""Regions that somebody drew are covered: these and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, MESH, POSE
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection import drawn
from ml.protection.anonymise import KIND, PNG, AnonymiseInputs, AnonymiseOptions, Who
from ml.registry import Policy, best
from ml.types import Box, Report
from ml.weights import Weights

registry.discover()
pipelines.discover()
MODELS = tuple(best(task, Policy()).name for task in (DETECTION, MESH, POSE))  # type: ignore[union-attr]
SOFT = 25  # pixels beyond a region of 100 that its soft edge may reach


@pytest.fixture(scope="module")
def context(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(Pool(Weights(weights_folder)), scratch=tmp_path_factory.mktemp("made"))


def made(photo: Path, context: Context, *regions: str, **options: object) -> Report:
    asked = AnonymiseOptions(regions=regions, file=PNG, **options)  # type: ignore[arg-type]
    report = pipelines.get(KIND).run(asked, AnonymiseInputs(photo, MODELS), context)
    assert isinstance(report, Report)
    return report


def test_only_the_region_is_covered_and_nothing_of_it_is_left(
    astronaut: Path, context: Context
) -> None:
    report = made(astronaut, context, "300 350 400 450", who=Who.NOBODY)
    before = decode.picture(astronaut).pixels
    after = decode.picture(report.artifacts[0].path).pixels
    inside = np.zeros(before.shape[:2], bool)
    inside[350 - SOFT : 450 + SOFT, 300 - SOFT : 400 + SOFT] = True
    assert (before[~inside] == after[~inside]).all()
    assert np.ptp(after[351:449, 301:399].reshape(-1, 3), axis=0).max() == 0, "one colour"
    assert {one.name: one.value for one in report.readings}["drawn regions covered"] == 1
    assert {one.name: one.value for one in report.readings}["faces covered"] == 0


def test_a_region_is_covered_beside_faces(astronaut: Path, context: Context) -> None:
    told = {
        one.name: one.value
        for one in made(astronaut, context, "300 350 400 450", "10 10 40 40", seed=1).readings
    }
    assert told["faces covered"] == 1 and told["drawn regions covered"] == 2


def test_a_photo_without_a_face_has_regions_too(tmp_path: Path, context: Context) -> None:
    path = tmp_path / "grey.png"
    grey = np.random.default_rng(0).integers(100, 140, (200, 200, 3), np.uint8)
    Image.fromarray(grey).save(path)
    report = made(path, context, "50 50 100 100")
    after = decode.picture(report.artifacts[0].path).pixels
    assert np.ptp(after[52:98, 52:98].reshape(-1, 3), axis=0).max() == 0


def test_what_lies_beyond_the_photo_is_cut_off() -> None:
    told = drawn.within((Box(-0.0, 10, 500, 90), Box(150, 0, 160, 10)), (100, 80))
    assert told.corners == (((0.0, 10), (100, 10), (100, 80), (0.0, 80)),)


@pytest.mark.parametrize("words", ["", "1 2 3", "a b c d", "5 5 5 9", "-1 0 5 5", "0 0 inf 9"])
def test_what_is_no_region_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="four numbers"):
        AnonymiseOptions(regions=(words,))


def test_covering_nothing_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="Nothing would be covered"):
        AnonymiseOptions(who=Who.NOBODY)
