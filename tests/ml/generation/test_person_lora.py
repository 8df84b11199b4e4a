"""What is learnt of a person comes out the same however often it was stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.errors import Cancelled, MLError, OutOfMemory
from ml.generation.diffusion import Diffusion
from ml.generation.low_rank import Worn, published
from ml.generation.person_lora import FILE, HALFWAY, Lesson, learnt
from tests.ml.generation.test_diffusion import BRIEF, pixels
from tests.ml.generation.tiny_diffusion import loaded

CHANCE = np.random.default_rng(5)
PHOTOS = tuple(CHANCE.integers(0, 256, (64, 64, 3), np.uint8) for _ in range(5))
LESSON = Lesson(PHOTOS, rank=4, steps=6, every=2, rate=1e-2)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded("plus-face", tmp_path_factory.mktemp("plus"))


@pytest.fixture(scope="module")
def pipe(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Words alone: what was learnt goes to whoever asks, an adapter or none."""
    engine: Any = loaded("arc2face", tmp_path_factory.mktemp("base"))
    return engine._pipe


def test_stopped_and_begun_again_it_ends_in_the_same_bytes(pipe: Any, tmp_path: Path) -> None:
    told: list[int] = []
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    whole = learnt(pipe, LESSON, tmp_path / "whole", lambda done, *_: told.append(done))
    assert told == list(range(7))

    def stop(done: int, total: int, message: str = "") -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        learnt(pipe, LESSON, tmp_path / "stopped", stop)
    assert (tmp_path / "stopped" / HALFWAY).exists()
    after: list[int] = []
    again = learnt(pipe, LESSON, tmp_path / "stopped", lambda done, *_: after.append(done))
    assert after == [3, 4, 5, 6]
    assert again.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in (tmp_path / "stopped").iterdir()) == [FILE]


def test_another_seed_learns_otherwise(pipe: Any, tmp_path: Path) -> None:
    short = replace(LESSON, steps=2)
    for name, seed in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        learnt(pipe, replace(short, seed=seed), tmp_path / name)
    one, two = ((tmp_path / name / FILE).read_bytes() for name in ("one", "two"))
    assert one != two


def test_it_learns(pipe: Any, tmp_path: Path) -> None:
    """Noise on the photos is told from them better than before."""
    before = fault(pipe)
    changes = load_file(learnt(pipe, replace(LESSON, steps=60, every=60), tmp_path))
    worn = Worn(pipe.unet, published(pipe.unet, changes), "test")
    assert fault(pipe) == before
    worn.strength = 1.0
    assert fault(pipe) < before * 0.97
    worn.take_off()
    assert fault(pipe) == before and not any("low_rank" in n for n, _ in pipe.unet.named_modules())


@torch.no_grad()
def fault(pipe: Any) -> float:
    """The mean squared error of the noise that the network tells, over the same draws each time."""
    from diffusers import DDPMScheduler

    plan: Any = DDPMScheduler
    plan = plan.from_config(pipe.scheduler.config)
    words = pipe.encode_prompt(LESSON.sentence, pipe.unet.device, 1, False)[0]
    faults = []
    for n, photo in enumerate(PHOTOS):
        chance = torch.Generator().manual_seed(n)
        shown = torch.from_numpy(photo.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        clean = pipe.vae.encode(shown).latent_dist.mode() * pipe.vae.config.scaling_factor
        for time in (100, 400, 700):
            noise = torch.randn(clean.shape, generator=chance)
            at = torch.tensor([time])
            said = pipe.unet(plan.add_noise(clean, noise, at), at, words).sample
            faults.append(float((said - noise).square().mean()))
    return float(np.mean(faults))


def test_what_was_learnt_is_worn_for_one_brief_alone(
    engine: Any, pipe: Any, tmp_path: Path
) -> None:
    file = learnt(pipe, LESSON, tmp_path)
    usual = pixels(engine.make(BRIEF))
    own = pixels(engine.make(replace(BRIEF, learnt=file)))
    assert (own != usual).any() and (pixels(engine.make(BRIEF)) == usual).all()
    assert not any("low_rank_person" in name for name, _ in engine._pipe.unet.named_modules())


def test_what_cannot_be_learnt_gets_a_sentence(
    pipe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MLError, match="5 to 20 photos, and these are 4"):
        learnt(pipe, replace(LESSON, photos=PHOTOS[:4]), tmp_path)

    def stop(done: int, total: int, message: str = "") -> None:
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        learnt(pipe, LESSON, tmp_path, stop)
    with pytest.raises(MLError, match="begun with other photos"):
        learnt(pipe, replace(LESSON, seed=9), tmp_path)

    def full(*given: Any, **named: Any) -> Any:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(pipe.unet, "forward", full)
    with pytest.raises(OutOfMemory, match="64 x 64"):
        learnt(pipe, LESSON, tmp_path)
