"""Learnt changes are worn as strongly as wanted, and taken off to the bit."""

from __future__ import annotations

import pytest
import torch

from ml.errors import MLError
from ml.generation.low_rank import Pair, Worn, published
from tests.ml.generation.tiny_parts import HIDDEN, unet

LINEAR = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
CONVOLUTION = "down_blocks.1.resnets.0.conv1"


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    torch.manual_seed(0)
    made: torch.nn.Module = unet()
    return made


def drawn(network: torch.nn.Module) -> torch.Tensor:
    noise = torch.Generator().manual_seed(1)
    latents = torch.randn((1, 4, 8, 8), generator=noise)
    words = torch.randn((1, 3, HIDDEN), generator=noise)
    with torch.inference_mode():
        made: torch.Tensor = network(latents, 10, words).sample
    return made


def pair(network: torch.nn.Module, path: str) -> Pair:
    weight = network.get_submodule(path).weight
    down = torch.randn((4, *weight.shape[1:]))
    up = torch.randn((len(weight), 4, *([1] * (weight.dim() - 2))))
    return Pair(down, up, 0.5)


def test_worn_it_is_as_if_the_weights_were_changed_and_off_as_if_never(
    network: torch.nn.Module,
) -> None:
    before = drawn(network)
    pairs = {path: pair(network, path) for path in (LINEAR, CONVOLUTION)}
    worn = Worn(network, pairs, "first")
    assert (drawn(network) == before).all()
    worn.strength = 0.6
    there = drawn(network)
    worn.strength = 0.0
    assert (drawn(network) == before).all()
    with torch.no_grad():
        for path, one in pairs.items():
            weight = network.get_submodule(path).weight
            product = one.up.flatten(1) @ one.down.flatten(1)
            weight += 0.6 * 0.5 * product.reshape(weight.shape)
    changed = drawn(network)
    assert torch.allclose(there, changed, atol=1e-4) and not torch.allclose(before, changed)


def test_the_published_layout_is_read_with_its_scale(network: torch.nn.Module) -> None:
    name = "lora_unet_" + LINEAR.replace(".", "_")
    tensors = {
        f"{name}.lora_down.weight": torch.zeros((4, 64)),
        f"{name}.lora_up.weight": torch.zeros((64, 4)),
    }
    assert published(network, tensors)[LINEAR].scale == 1
    assert published(network, tensors | {f"{name}.alpha": torch.tensor(8.0)})[LINEAR].scale == 2


def test_changes_for_another_network_get_a_sentence(network: torch.nn.Module) -> None:
    with pytest.raises(MLError, match="no layer lora_unet_nowhere"):
        published(network, {"lora_unet_nowhere.lora_down.weight": torch.zeros((4, 64))})
    with pytest.raises(MLError, match="another kind of network"):
        Worn(network, {"nowhere": Pair(torch.zeros((4, 64)), torch.zeros((64, 4)))}, "second")
