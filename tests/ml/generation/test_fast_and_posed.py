"""Back ends make pictures in a few steps, and put the face where a mesh says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.contracts.portraits import Wish
from ml.errors import MLError
from ml.frontal import AVERAGE, STILL
from ml.generation import fast
from ml.generation.diffusion import Diffusion
from ml.generation.fast import FastMode
from ml.generation.landmark_control import LandmarkControl
from ml.generation.landmark_picture import BLUE_EYE, HEAD, MOUTH, RED_EYE, contours
from ml.generation.posing import placed, posed
from ml.geometry import axes, pose
from ml.registry import Device
from ml.shape.surface import average
from tests.ml.generation.test_diffusion import BRIEF, RANDOM, cramped, pixels
from tests.ml.generation.tiny_diffusion import FAMILIES, loaded

FACE = placed(average(), 256, 256)
ASIDE = posed(FACE, Wish(yaw=20, expression="smile"))


@pytest.fixture(scope="module", params=FAMILIES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded("plus-face", tmp_path_factory.mktemp("plus"))


def test_fast_mode_makes_another_picture_again_and_again_and_leaves_nothing_behind(
    engine: Diffusion,
) -> None:
    if engine.quick is None:
        with pytest.raises(MLError, match="has no fast mode"):
            engine.make(replace(BRIEF, fast=True))
        return
    usual = pixels(engine.make(BRIEF))
    quick = replace(BRIEF, fast=True)
    made = engine.make(quick)
    assert made.guidance == fast.GUIDED and made.steps == 3
    assert (pixels(made) != usual).any() and (pixels(engine.make(quick)) == pixels(made)).all()
    assert (pixels(engine.make(BRIEF)) == usual).all()


def test_fast_mode_takes_few_steps_and_says_so(plus: Diffusion) -> None:
    made = plus.make(replace(BRIEF, fast=True, steps=25))
    assert made.steps == fast.MOST and any("8 steps" in note for note in made.notes)
    begun = RANDOM.integers(0, 256, (256, 256, 3), np.uint8)
    assert plus.make(replace(BRIEF, fast=True, steps=4, picture=begun, change=0.5)).steps == 2


def test_the_face_comes_where_its_mesh_is(engine: Diffusion) -> None:
    put = replace(BRIEF, landmarks=FACE + np.array([30.0, 0.0, 0.0]))
    here = pixels(engine.make(put))
    there = pixels(engine.make(replace(BRIEF, landmarks=ASIDE)))
    free = pixels(engine.make(BRIEF))
    assert (here != there).any() and (here != free).any()
    assert (pixels(engine.make(put)) == here).all()


def test_a_picture_is_changed_and_a_part_painted_with_the_face_where_its_mesh_is(
    plus: Diffusion,
) -> None:
    before = RANDOM.integers(0, 256, (256, 256, 3), np.uint8)
    begun = replace(BRIEF, picture=before, change=0.7)
    mask = np.zeros((256, 256), np.float32)
    mask[64:192, 64:192] = 1
    for brief in (begun, replace(begun, mask=mask), replace(begun, mask=mask, fast=True)):
        here = pixels(plus.make(replace(brief, landmarks=FACE)))
        there = pixels(plus.make(replace(brief, landmarks=ASIDE)))
        assert (here != there).any()
        if brief.mask is not None:
            assert (here[mask == 0] == before[mask == 0]).all()


def test_short_of_memory_the_mesh_shrinks_with_the_picture(
    plus: Diffusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, ...]] = []
    control: Any = plus._control
    forward = control.network.forward

    def seeing(*given: Any, controlnet_cond: torch.Tensor, **named: Any) -> Any:
        shown.append(tuple(controlnet_cond.nonzero()[:, 2:].amax(0).tolist()))
        return forward(*given, controlnet_cond=controlnet_cond, **named)

    monkeypatch.setattr(control.network, "forward", seeing)
    cramped(plus, monkeypatch, 2 * 32 * 32)
    large = placed(average(), 384, 384)
    made = plus.make(replace(BRIEF, width=384, height=384, steps=1, landmarks=large))
    assert (made.width, made.height) == (256, 256)
    largest, smallest = np.array(shown[0]), np.array(shown[-1])
    assert np.abs(smallest * 384 / 256 - largest).max() < 4


def test_parts_that_are_not_installed_get_a_sentence(
    plus: Diffusion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(plus), "quick", FastMode)
    monkeypatch.setattr(type(plus), "control", LandmarkControl)
    bare = type(plus)(plus.weights, Device.CPU)
    with pytest.raises(MLError, match="models fetch fast-mode"):
        bare.make(replace(BRIEF, fast=True))
    with pytest.raises(MLError, match="models fetch landmark-control"):
        bare.make(replace(BRIEF, landmarks=FACE))
    assert len(bare.make(BRIEF).candidates) == 1


def test_a_mesh_turns_as_wished_and_stays_where_it_is() -> None:
    first = pose(axes(FACE))
    turned = pose(axes(posed(FACE, Wish(yaw=15))))
    raised = pose(axes(posed(FACE, Wish(pitch=-10))))
    leant = pose(axes(posed(FACE, Wish(roll=12))))
    assert 12 < turned.yaw - first.yaw < 25 and abs(turned.roll) < 3
    assert -18 < raised.pitch - first.pitch < -8 and abs(raised.yaw) < 3
    assert leant.roll - first.roll == pytest.approx(12, abs=1)
    assert np.abs(posed(FACE, Wish()) - FACE).max() < 1e-6
    eyes = FACE[STILL[:4]].mean(0)
    assert eyes[:2] == pytest.approx((128, 0.42 * 256)) and len(AVERAGE) == len(STILL)
    with pytest.raises(LookupError, match="bliss"):
        posed(FACE, Wish(expression="bliss"))


def test_contours_have_the_colours_of_what_they_are() -> None:
    drawn = contours(FACE, 256, 256)
    assert drawn.shape == (256, 256, 3)
    for colour, vertex in ((HEAD, 152), (RED_EYE, 33), (BLUE_EYE, 263), (MOUTH, 61)):
        x, y = np.rint(FACE[vertex, :2]).astype(int)
        near = drawn[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
        assert (near == colour).all(1).any()
    assert (drawn == 0).all(2).mean() > 0.5
