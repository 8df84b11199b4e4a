"""Runs a small model both ways: as ONNX and in torch."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.tfjs.graph import Graph
from ml.tfjs.network import TfjsNetwork
from ml.tfjs.onnx_graph import onnx_model
from ml.tfjs.reading import read
from tests.ml.tfjs.tiny_model import Array, Give, Run, TinyModel


def in_onnx(graph: Graph, outputs: dict[str, str], x: Array) -> list[Array]:
    import onnxruntime

    session = onnxruntime.InferenceSession(onnx_model(graph, outputs, x.shape[1]))
    return session.run(list(outputs.values()), {"faces": x})


def in_torch(graph: Graph, outputs: dict[str, str], x: Array) -> list[Array]:
    import torch

    network = TfjsNetwork(graph, outputs, x.shape[1])
    made = network(torch.from_numpy(x.transpose(0, 3, 1, 2).copy()))
    return [made[name].numpy() for name in outputs.values()]


@pytest.fixture(params=[in_onnx, in_torch], ids=["onnx", "torch"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param


@pytest.fixture
def give(run: Run, tmp_path: Path) -> Give:
    """What a node of the model gives of pictures N x H x W x C."""

    def given(model: TinyModel, node: str, x: Array) -> Array:
        return run(read(*model.save(tmp_path)), {node: "made"}, x)[0]

    return given
