"""The pool loads once, lets the idle go, and moves what finds no room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ml import registry
from ml.contracts import Output, View
from ml.errors import OutOfMemory
from ml.pool import Pool
from ml.registry import Commercial, Device, Model, ModelCard, Task
from ml.runtimes import in_batches
from ml.types import Picture
from ml.weights import Weights

VIEW = View(Picture(np.zeros((4, 4, 3), np.uint8)))
WEIGHING: Task[None] = Task("weighing", "Weighing", type(None))


def card(name: str, memory_mb: int, *devices: Device) -> ModelCard:
    return ModelCard(
        name=name,
        title=name,
        task=WEIGHING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=memory_mb,
        paper="",
        known_limits="",
        devices=devices or (Device.CPU,),
    )


class Loads(Model):
    """Counts how often it was loaded."""

    times = 0

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        type(self).times += 1

    def run(self, view: View) -> Output:
        return Output()


class Needs(Model):
    """Has room on the CPU only, or nowhere."""

    nowhere = False

    def run(self, view: View) -> Output:
        if self.nowhere or self.device is Device.CUDA:
            raise OutOfMemory("No room.")
        return Output()


@pytest.fixture
def known() -> Iterator[dict[str, type[Model]]]:
    """The registry's models; what a test registers is forgotten after it."""
    before = dict(registry._models)
    yield registry._models
    registry._models.clear()
    registry._models.update(before)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(Weights(tmp_path), budget_mb=100, devices=(Device.CUDA, Device.CPU))


def test_loads_a_model_once(pool: Pool, known: object) -> None:
    one = registry.register(card("one", 10))(type("One", (Loads,), {}))
    for _ in range(3):
        pool.run("one", VIEW)
    assert one.times == 1


def test_lets_the_longest_idle_go_when_memory_runs_short(pool: Pool, known: object) -> None:
    kinds = {name: registry.register(card(name, 40))(type(name, (Loads,), {})) for name in "abc"}
    for name in ("a", "b", "a", "c", "a", "b"):  # c drives b out, b drives c out
        pool.run(name, VIEW)
    assert {name: kind.times for name, kind in kinds.items()} == {"a": 1, "b": 2, "c": 1}


def test_moves_a_model_to_the_next_device_and_keeps_it_there(pool: Pool, known: object) -> None:
    registry.register(card("big", 10, Device.CUDA, Device.CPU))(type("Big", (Needs,), {}))
    assert pool.get("big").device is Device.CUDA
    assert pool.run("big", VIEW) == Output()
    assert pool.get("big").device is Device.CPU


def test_says_so_when_no_device_has_room(pool: Pool, known: object) -> None:
    kind = type("Huge", (Needs,), {"nowhere": True})
    registry.register(card("huge", 10, Device.CUDA, Device.CPU))(kind)
    with pytest.raises(OutOfMemory):
        pool.run("huge", VIEW)


def test_halves_a_batch_that_finds_no_room() -> None:
    sizes = []

    def network(array: np.ndarray) -> list[np.ndarray]:
        sizes.append(len(array))
        if len(array) > 3:
            raise OutOfMemory("No room.")
        return [array * 2]

    array = np.arange(10, dtype=np.float32)[:, None]
    (doubled,) = in_batches(network, array, most=8)
    assert (doubled == array * 2).all()
    assert sizes == [8, 4, 2, 2, 2, 2, 2]
