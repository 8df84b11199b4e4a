"""Pictures that agree with the words come first, where it is installed what tells that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml import registry
from ml.contracts.generators import Candidate
from ml.generation.generate_judging import with_agreement
from ml.generation.prompt_agreement import NAME, PromptAgreement
from ml.pool import Pool
from ml.registry import Device
from ml.weights import Weights
from tests.ml.generation.tiny_clip import prompt_agreement
from tests.ml.generation.tiny_diffusion import installed

CHANCE = np.random.default_rng(2)
PICTURES = [CHANCE.integers(0, 256, (64, 48, 3), np.uint8) for _ in range(3)]


@pytest.fixture(scope="module")
def kind(tmp_path_factory: pytest.TempPathFactory) -> type[PromptAgreement]:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("clip")
    return installed(prompt_agreement(folder), folder, Weights(folder / "weights"))


@pytest.fixture(scope="module")
def weights(kind: type[PromptAgreement], tmp_path_factory: pytest.TempPathFactory) -> Weights:
    found = next(tmp_path_factory.getbasetemp().glob("clip*")) / "weights"
    return Weights(found)


def test_it_tells_what_clip_tells(kind: type[PromptAgreement], weights: Weights) -> None:
    judge: Any = kind(weights, Device.CPU)
    cosines = judge.agreement(PICTURES, "a red coat")
    given = judge._words(["a red coat"], return_tensors="pt")
    given["pixel_values"] = judge._prepare(images=PICTURES, return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        whole = judge._network(**given)
        expected = whole.logits_per_image[:, 0] / judge._network.logit_scale.exp()
    assert cosines == pytest.approx(expected.numpy(), abs=1e-5)
    assert (judge.agreement(PICTURES, "a blue hat") != cosines).any()
    assert len(judge.agreement(PICTURES, "x" * 5000)) == 3


def test_it_is_told_where_it_is_installed_and_words_were_given(
    kind: type[PromptAgreement], weights: Weights, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = [Candidate(pixels, n) for n, pixels in enumerate(PICTURES)]
    registry.discover()
    assert with_agreement(made, "a red coat", Pool(Weights(tmp_path))) == made
    monkeypatch.setitem(registry._models, NAME, kind)
    found = with_agreement(made, "a red coat", Pool(weights))
    cosines = kind(weights, Device.CPU).agreement(PICTURES, "a red coat")
    assert [one.agreement for one in found] == pytest.approx(cosines.tolist())
    assert with_agreement(made, "", Pool(weights)) == made
