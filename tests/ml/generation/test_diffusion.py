"""Diffusion back ends load from the published layout, repeat themselves, stop, and make do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml import registry
from ml.contracts import GENERATION, GENERATION_PART
from ml.contracts.generators import Brief, FaceAsked, Made, Pixels
from ml.errors import Cancelled, DownloadFailed, MLError, OutOfMemory
from ml.generation.diffusion import Diffusion
from ml.generation.posing import placed
from ml.registry import Device
from ml.shape.surface import average
from ml.weights import Weights, fetch
from tests.ml.generation.tiny_diffusion import FAMILIES, loaded

RANDOM = np.random.default_rng(1)


def face() -> FaceAsked:
    chip = RANDOM.integers(0, 256, (64, 64, 3), np.uint8)
    who = RANDOM.normal(size=512).astype(np.float32)
    return FaceAsked(chip, {"antelopev2": who, "buffalo_l": who}, placed(average(), 64, 64))


FACE, OTHER = face(), face()
BRIEF = Brief("somebody laughing", (FACE,), steps=3, width=256, height=256, seed=7)


@pytest.fixture(scope="module", params=FAMILIES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def plus(tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded("plus-face", tmp_path_factory.mktemp("plus"))


def pixels(made: Made) -> Pixels:
    return made.candidates[0].pixels


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(engine: Diffusion) -> None:
    two = engine.make(replace(BRIEF, count=2))
    again = engine.make(replace(BRIEF, seed=8))
    first, second = (one.pixels for one in two.candidates)
    assert [one.seed for one in two.candidates] == [7, 8]
    assert first.shape == (256, 256, 3) and first.dtype == np.uint8 and first.std() > 1
    assert (second == pixels(again)).all() and (first != second).any()
    assert (two.model, two.digest, two.device) == (engine.card.name, engine.card.digest, "cpu")
    assert (two.width, two.height, two.batch, two.steps) == (256, 256, 1, 3)


def test_another_face_makes_another_picture(engine: Diffusion) -> None:
    assert (pixels(engine.make(BRIEF)) != pixels(engine.make(replace(BRIEF, faces=(OTHER,))))).any()


def test_words_weigh_where_the_model_follows_words_and_are_declined_where_not(
    engine: Diffusion,
) -> None:
    here, there = engine.make(BRIEF), engine.make(replace(BRIEF, prompt="a quiet street"))
    assert (pixels(here) != pixels(there)).any() == engine.wordy
    assert any("no words" in note for note in here.notes) != engine.wordy


def test_every_step_is_told_and_what_is_half_made_is_shown(engine: Diffusion) -> None:
    told: list[tuple[int, int]] = []
    shown: list[Pixels] = []
    brief = replace(BRIEF, steps=5, count=2)
    made = engine.make(
        brief, lambda done, total, message="": told.append((done, total)), shown.append
    )
    assert told == [(n, 10) for n in range(1, 11)]
    assert [one.shape for one in shown] == [(128, 128, 3)] * 2
    unwatched = engine.make(replace(brief, count=1))
    assert (pixels(made) == pixels(unwatched)).all()


def test_it_stops_within_a_step_and_works_again_after(
    engine: Diffusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = counted(engine, monkeypatch)

    def stop(done: int, total: int, message: str = "") -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.make(replace(BRIEF, steps=9), stop)
    assert len(computed) <= 3
    monkeypatch.undo()
    assert len(engine.make(BRIEF).candidates) == 1


def counted(engine: Diffusion, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes that the network is given, as it is given them."""
    seen: list[tuple[int, ...]] = []
    forward = engine._pipe.unet.forward

    def counting(sample: Any, *given: Any, **named: Any) -> Any:
        seen.append(tuple(sample.shape))
        return forward(sample, *given, **named)

    monkeypatch.setattr(engine._pipe.unet, "forward", counting)
    return seen


def cramped(engine: Diffusion, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """The graphics processor has room for so many latent pixels, the processor for all."""
    forward = engine._pipe.unet.forward

    def small(sample: Any, *given: Any, **named: Any) -> Any:
        batch, _, height, width = sample.shape
        if engine.device is Device.CUDA and batch * height * width > room:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(sample, *given, **named)

    monkeypatch.setattr(engine._pipe.unet, "forward", small)
    monkeypatch.setattr(engine, "device", Device.CUDA)  # as the ladder sees it


@pytest.mark.parametrize(
    ("room", "batch", "side", "device", "said"),
    [
        (8 * 48 * 48, 4, 384, "cuda", ()),
        (2 * 48 * 48, 1, 384, "cuda", ("2 pictures were", "1 picture was")),
        (2 * 32 * 32, 1, 256, "cuda", ("2 pictures", "1 picture", "256 x 256 pixels instead")),
        (1, 1, 384, "cpu", ("2 pictures", "1 picture", "256 x 256", "on the processor")),
    ],
)
def test_short_of_memory_it_makes_fewer_then_smaller_then_elsewhere_and_says_so(
    engine: Diffusion,
    monkeypatch: pytest.MonkeyPatch,
    room: int,
    batch: int,
    side: int,
    device: str,
    said: tuple[str, ...],
) -> None:
    cramped(engine, monkeypatch, room)
    made = engine.make(replace(BRIEF, width=384, height=384, count=4, steps=1))
    assert (made.batch, made.width, made.height, made.device) == (batch, side, side, device)
    assert len(made.candidates) == 4 and pixels(made).shape == (side, side, 3)
    assert len(made.notes) - wordless(engine) == len(said)
    assert all(words in note for words, note in zip(said, made.notes, strict=False))


def wordless(engine: Diffusion) -> int:
    """How many sentences say that words were left out."""
    return int(not engine.wordy)


def test_no_room_anywhere_is_said(engine: Diffusion, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any, **named: Any) -> Any:
        raise torch.OutOfMemoryError("out of memory")

    with monkeypatch.context() as patched:
        patched.setattr(engine._pipe.unet, "forward", full)
        with pytest.raises(OutOfMemory, match="no room on any device"):
            engine.make(BRIEF)
    assert len(engine.make(BRIEF).candidates) == 1


def test_a_picture_to_begin_from_weighs_and_a_mask_keeps_the_rest(engine: Diffusion) -> None:
    before = RANDOM.integers(0, 256, (256, 256, 3), np.uint8)
    begun = engine.make(replace(BRIEF, picture=before, steps=4, change=0.5))
    assert begun.steps == 2 and (pixels(begun) != pixels(engine.make(BRIEF))).any()
    mask = np.zeros((256, 256), np.float32)
    mask[64:128, 64:128] = 1
    painted = pixels(engine.make(replace(BRIEF, picture=before, mask=mask)))
    assert (painted[mask == 0] == before[mask == 0]).all()
    assert (painted[mask == 1] != before[mask == 1]).mean() > 0.5


@pytest.mark.parametrize(
    "wrong", [{"width": 500}, {"height": 2048}, {"count": 0}, {"steps": 1000}, {"faces": ()}]
)
def test_what_cannot_be_made_gets_a_sentence(plus: Diffusion, wrong: dict[str, Any]) -> None:
    with pytest.raises(MLError, match=r"\.$"):
        plus.make(replace(BRIEF, **wrong))


def test_a_prompt_longer_than_is_read_is_said(plus: Diffusion) -> None:
    assert any("left out" in note for note in plus.make(replace(BRIEF, prompt="x " * 200)).notes)


def test_a_face_without_the_right_embedding_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MLError, match="antelopev2"):
        loaded("arc2face", tmp_path).make(replace(BRIEF, faces=(FaceAsked(FACE.chip),)))


def test_without_pinned_files_it_is_not_installed_and_says_why(tmp_path: Path) -> None:
    registry.discover()
    cards = [one for one in registry.cards() if one.task in (GENERATION, GENERATION_PART)]
    assert len(cards) >= 10
    for card in cards:
        assert not Weights(tmp_path).has(card.weights)
        with pytest.raises(DownloadFailed, match="pins no revision"):
            fetch(Weights(tmp_path), card.weights)
