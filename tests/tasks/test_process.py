"""What a worker process holds."""

from __future__ import annotations

from pathlib import Path

from ml import registry
from ml.pool import Pool
from ml.registry import Device
from ml.weights import Weights
from tasks import process
from tests.house.test_imports import loaded_after


def test_a_worker_of_cpu_lanes_does_not_even_look_for_a_gpu() -> None:
    assert process.devices(("cpu-now", "cpu-later")) == (Device.CPU,)
    assert "torch" not in loaded_after("from tasks import process; process.devices(('cpu-now',))")


def test_a_worker_of_gpu_lanes_can_always_use_the_cpu() -> None:
    assert process.devices(("gpu-now",))[-1] is Device.CPU


def test_warming_loads_what_is_installed_only(tmp_path: Path, weights_folder: Path) -> None:
    registry.discover()
    empty, full = Pool(Weights(tmp_path)), Pool(Weights(weights_folder))
    process.warm(empty)
    process.warm(full)
    assert not empty._models
    assert {model.card.task for model in full._models.values()} == set(process.WARM)
