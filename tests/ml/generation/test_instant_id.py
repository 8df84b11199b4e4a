"""InstantID's ControlNet is told who, not what, and its points stand where the face does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.errors import MLError
from ml.generation.diffusion import Diffusion
from ml.generation.landmark_picture import COLOURS, joined
from ml.generation.posing import placed
from ml.generation.steps import Steps
from ml.landmarks import subset
from ml.registry import Device
from ml.shape.surface import average
from tests.ml.generation.test_diffusion import BRIEF, FACE, OTHER, pixels
from tests.ml.generation.tiny_diffusion import loaded


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded("instant-id", tmp_path_factory.mktemp("instant"))


def shown(engine: Any, monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """What the ControlNet is told, call by call."""
    seen: list[torch.Tensor] = []
    forward = engine._pipe.controlnet.forward

    def telling(*given: Any, encoder_hidden_states: torch.Tensor, **named: Any) -> Any:
        seen.append(encoder_hidden_states)
        return forward(*given, encoder_hidden_states=encoder_hidden_states, **named)

    monkeypatch.setattr(engine._pipe.controlnet, "forward", telling)
    return seen


def test_its_control_network_is_told_who_and_not_what(
    engine: Diffusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = shown(engine, monkeypatch)
    for brief in (BRIEF, replace(BRIEF, prompt="a quiet street"), replace(BRIEF, faces=(OTHER,))):
        engine.make(replace(brief, steps=1))
    first, same, other = seen
    assert first.shape == (2, 4, 64)  # nobody's tokens, then the face's
    assert (first == same).all() and (first[0] == other[0]).all() and (first[1] != other[1]).any()


@pytest.mark.parametrize("guidance", [1.0, 5.0])
def test_several_at_once_are_what_each_is_alone(
    engine: Diffusion, monkeypatch: pytest.MonkeyPatch, guidance: float
) -> None:
    brief = replace(BRIEF, count=2, guidance=guidance)
    alone = engine.make(brief)
    monkeypatch.setattr(engine, "device", Device.CUDA)
    together = engine.make(brief)
    assert (alone.batch, together.batch) == (1, 2)
    for one, other in zip(alone.candidates, together.candidates, strict=True):
        assert np.abs(one.pixels.astype(int) - other.pixels).max() <= 2


def test_it_stands_as_the_face_does_unless_a_pose_is_asked_for(engine: Diffusion) -> None:
    own = pixels(engine.make(BRIEF))
    as_placed = replace(BRIEF, landmarks=placed(average(), 256, 256))
    assert (pixels(engine.make(as_placed)) == own).all()
    moved = placed(average(), 256, 256) + np.array([40.0, 0.0, 0.0])
    aside = replace(as_placed, landmarks=moved)
    assert (pixels(engine.make(aside)) != own).any()
    with pytest.raises(MLError, match="no mesh"):
        engine.make(replace(BRIEF, faces=(replace(FACE, mesh=None),)))


def test_points_are_joined_to_the_nose() -> None:
    mesh = placed(average(), 512, 512)
    drawn = joined(mesh, 512, 512)
    points = subset(mesh, 5)[:, :2]
    for (x, y), colour in zip(points.astype(int), COLOURS, strict=True):
        assert (drawn[y, x] == colour).all()
    x, y = ((points[0] + points[2]) / 2).astype(int)
    assert drawn[y, x].tolist() == [153, 0, 0]  # a limb, dimmer than the points


@torch.inference_mode()
def test_a_decoder_that_would_overflow_decodes_exactly(engine: Any, tmp_path: Path) -> None:
    latents = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(0))
    steps, pipe = Steps(lambda *_: None, lambda _: None), engine._pipe
    exact = steps.decoded(pipe, latents)
    pipe.vae.to(torch.float16)
    half = steps.decoded(pipe, latents.half())
    assert pipe.vae.dtype is torch.float16 and pipe.vae.config.force_upcast
    pipe.vae.to(torch.float32)
    assert np.abs(half.astype(int) - exact).max() <= 3
