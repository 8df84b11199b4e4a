"""Recognisers through which gradients flow see what their cards' embeddings say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ml import following, registry
from ml.contracts import EMBEDDING, MESH, Differentiable, Output, View
from ml.pool import Pool
from ml.registry import ModelCard
from ml.types import Picture

registry.discover()
FOLLOWED = [
    card
    for card in registry.cards()
    if card.task == EMBEDDING and hasattr(registry.get(card.name), "network")
]
Show = Callable[..., tuple[View, Output]]


def test_there_are_two_of_different_make() -> None:
    assert {"dlib-resnet", "faceres-embedding"} <= {card.name for card in FOLLOWED}


@pytest.mark.parametrize("size", [512, 1100])
@pytest.mark.parametrize("card", FOLLOWED, ids=[card.name for card in FOLLOWED])
def test_gives_its_cards_embedding(
    card: ModelCard, size: int, portrait: Picture, pool: Pool, show: Show
) -> None:
    import cv2
    import torch

    pixels = np.asarray(cv2.resize(portrait.pixels, (size, size), interpolation=cv2.INTER_CUBIC))
    picture = Picture(pixels)
    view, output = show(card, picture)
    mesh = show(registry.get("mediapipe-mesh").card, picture)[1].data.points[0]
    network = _network(pool, card)
    tensor = torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]
    (vector,) = following.embedded(network, tensor.requires_grad_(), mesh)
    (embedding,) = output.embeddings
    assert float(vector.detach().numpy() @ embedding.array) > 0.999
    assert view.data(MESH).points[0] is not None if MESH in card.needs else True

    vector[0].backward()  # type: ignore[no-untyped-call]
    assert tensor.grad is not None
    moved = tensor.grad.abs().sum((0, 1)).numpy()
    left, top = mesh[:, :2].min(0).astype(int)
    right, bottom = mesh[:, :2].max(0).astype(int)
    assert (moved[top:bottom, left:right] > 0).mean() > 0.9
    assert moved[-size // 8 :].max() == 0  # the knees are in no chip


def _network(pool: Pool, card: ModelCard):  # type: ignore[no-untyped-def]
    model = pool.get(card.name)
    assert isinstance(model, Differentiable)
    return model.network()
