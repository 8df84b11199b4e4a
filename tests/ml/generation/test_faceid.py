"""FaceID wears the LoRA that it was taught with, and Plus sees the face beside knowing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ml.contracts.generators import FaceAsked
from ml.errors import MLError
from ml.generation.diffusion import Diffusion
from ml.registry import Commercial, Device
from tests.ml.generation.test_diffusion import BRIEF, FACE, OTHER, pixels
from tests.ml.generation.tiny_diffusion import loaded


@pytest.fixture(scope="module", params=["faceid", "faceid-plus"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diffusion:
    return loaded(request.param, tmp_path_factory.mktemp(request.param))


def test_its_lora_is_worn_on_every_attention_layer(engine: Any) -> None:
    blocks = [name for name in engine._pipe.unet.attn_processors if "transformer_blocks" in name]
    assert len(engine._changes.layers) == 4 * len(blocks)
    made = pixels(engine.make(BRIEF))
    engine._changes.strength = 0.0
    without = pixels(engine.make(BRIEF))
    engine._changes.strength = 1.0
    assert (made != without).any() and (pixels(engine.make(BRIEF)) == made).all()


@pytest.mark.parametrize("guidance", [1.0, 5.0])
def test_several_at_once_are_what_each_is_alone(
    engine: Diffusion, monkeypatch: pytest.MonkeyPatch, guidance: float
) -> None:
    brief = replace(BRIEF, count=2, guidance=guidance)
    alone = engine.make(brief)
    monkeypatch.setattr(engine, "device", Device.CUDA)  # several at once are made there
    together = engine.make(brief)
    assert (alone.batch, together.batch) == (1, 2)
    for one, other in zip(alone.candidates, together.candidates, strict=True):
        assert np.abs(one.pixels.astype(int) - other.pixels).max() <= 2


def test_a_face_without_the_right_embedding_gets_a_sentence(engine: Diffusion) -> None:
    with pytest.raises(MLError, match=r"buffalo_l, and this face has none\.$"):
        engine.make(replace(BRIEF, faces=(FaceAsked(FACE.chip),)))
    assert engine.card.commercial_use is Commercial.NO


def test_plus_sees_how_the_face_looks_and_faceid_does_not(engine: Diffusion) -> None:
    made = engine.make(BRIEF)
    disguised = engine.make(replace(BRIEF, faces=(replace(FACE, chip=OTHER.chip),)))
    assert (pixels(made) != pixels(disguised)).any() == engine.card.name.endswith("plus")
