"""Vec2Face and IDiff-Face load under their published names, and stray as far as asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.contracts.generators import Brief, FaceAsked, Floats, Pixels
from ml.errors import Cancelled, MLError, OutOfMemory
from ml.generation.around import Around
from ml.generation.nobody import unit
from ml.generation.vec2face import direction
from ml.registry import Device
from tests.ml.generation.tiny_around import AROUND, around

CHANCE = np.random.default_rng(4)


def face(engine: Around) -> FaceAsked:
    who = CHANCE.normal(size=512).astype(np.float32)
    return FaceAsked(np.zeros((64, 64, 3), np.uint8), {engine.embedder: who})


@pytest.fixture(scope="module", params=AROUND)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Around:
    return around(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture
def brief(engine: Around) -> Brief:
    return Brief("", (face(engine),), steps=3, width=256, height=256, seed=7)


def pixels(engine: Around, brief: Brief) -> Pixels:
    return engine.make(brief).candidates[0].pixels


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(
    engine: Around, brief: Brief
) -> None:
    made = engine.make(replace(brief, count=2))
    first, second = (one.pixels for one in made.candidates)
    assert first.shape == (engine.side, engine.side, 3) and first.std() > 1
    assert (first != second).any() and (pixels(engine, brief) == first).all()
    assert (pixels(engine, replace(brief, seed=8)) == second).all()
    assert (pixels(engine, replace(brief, faces=(face(engine),))) != first).any()
    assert (made.width, made.batch, made.model) == (engine.side, 1, engine.card.name)


def test_what_it_cannot_do_is_said(engine: Around, brief: Brief) -> None:
    notes = engine.make(replace(brief, prompt="laughing")).notes
    assert any(f"{engine.side} x {engine.side}" in note for note in notes)
    assert any("no words" in note for note in notes)
    with pytest.raises(MLError, match="cannot begin from a picture"):
        engine.make(replace(brief, picture=np.zeros((64, 64, 3), np.uint8)))
    with pytest.raises(MLError, match=engine.embedder):
        engine.make(replace(brief, faces=(replace(brief.faces[0], embeddings={}),)))


def test_with_more_variation_pictures_of_one_differ_more(engine: Around, brief: Brief) -> None:
    """Each seed beside itself, so that what else goes by chance does not count."""

    def away(variation: float) -> float:
        pairs = [
            (pixels(engine, replace(brief, seed=seed, variation=0.0)),
             pixels(engine, replace(brief, seed=seed, variation=variation)))
            for seed in range(3)
        ]  # fmt: skip
        return float(np.mean([np.abs(one.astype(int) - other).mean() for one, other in pairs]))

    near, far = away(0.1), away(1.0)
    assert 0 < near < far


def test_steps_are_told_and_it_stops_within_one(engine: Around, brief: Brief) -> None:
    told: list[tuple[int, int]] = []
    shown: list[Pixels] = []
    long = replace(brief, steps=6, count=2)
    made = engine.make(long, lambda done, total, message="": told.append((done, total)),
                       shown.append)  # fmt: skip
    assert told == [(n, 2 * made.steps) for n in range(1, 2 * made.steps + 1)]
    assert [one.shape for one in shown] == [(engine.side // 2, engine.side // 2, 3)] * 2

    def stop(done: int, total: int, message: str = "") -> None:
        told.append((done, total))
        raise Cancelled

    told.clear()
    with pytest.raises(Cancelled):
        engine.make(long, stop)
    assert len(told) == 1 and len(engine.make(brief).candidates) == 1


def test_short_of_memory_it_moves_off_the_graphics_processor_and_says_so(
    engine: Any, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = engine._networks[0]
    forward = network.forward

    def small(*given: Any) -> Any:
        if engine.device is Device.CUDA:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(*given)

    monkeypatch.setattr(network, "forward", small)
    monkeypatch.setattr(engine, "device", Device.CUDA)
    made = engine.make(brief)
    assert made.device == "cpu" and any("on the processor" in note for note in made.notes)

    def full(*given: Any) -> Any:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(network, "forward", full)
    with pytest.raises(OutOfMemory, match="no room on any device"):
        engine.make(brief)


def test_it_is_steered_by_a_direction(engine: Around, brief: Brief) -> None:
    groups = [CHANCE.normal(size=(8, 512)).astype(np.float32) for _ in range(2)]
    way = direction(*groups)
    assert (pixels(engine, replace(brief, towards=way)) != pixels(engine, brief)).any()
    after = engine._face(replace(brief, towards=2 * way))
    assert after @ way > engine._face(brief) @ way and np.linalg.norm(after) == pytest.approx(1)


def test_vec2face_is_steered_to_a_goal(tmp_path: Path) -> None:
    engine: Any = around("vec2face", tmp_path)
    before = unit(CHANCE.normal(size=512).astype(np.float32))
    after = engine.steered(before, lambda drawn: (drawn.mean() - 1).square(), seed=7)
    bright = [pixels(engine, steady(engine, vector)).mean() for vector in (before, after)]
    assert bright[1] > bright[0] + 0.3


def steady(engine: Around, vector: Floats) -> Brief:
    """A picture of the very embedding."""
    shown = FaceAsked(np.zeros((64, 64, 3), np.uint8), {engine.embedder: vector})
    return Brief("", (shown,), steps=1, width=256, height=256, seed=7, variation=0.0)
