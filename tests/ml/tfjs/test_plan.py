"""Only what is asked for is computed, in few steps, and nothing that is not understood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.errors import WeightsWrong
from ml.tfjs.onnx_graph import onnx_model
from ml.tfjs.reading import read
from tests.ml.tfjs.tiny_model import Give, Run, TinyModel, close, normal


def test_what_two_nodes_read_stays_as_it_was(give: Give) -> None:
    x, kernel, by = normal(2, 4, 4, 3), normal(1, 1, 3, 3, seed=1), normal(3, seed=2)
    model = TinyModel()
    layer = model.node("Identity", model.layer("Conv2D", "faces", kernel))
    scaled = model.node("Mul", layer, by)
    limited = model.node("Minimum", layer, np.float32(0.5))
    both = model.node("AddV2", model.node("Add", scaled, limited), layer)
    plain = x @ kernel[0, 0]
    assert close(give(model, both, x), plain * by + np.minimum(plain, 0.5) + plain)


def test_several_outputs_come_under_their_names(run: Run, tmp_path: Path) -> None:
    x, model = normal(2, 4, 4, 3), TinyModel()
    layer = model.layer("Conv2D", "faces", normal(1, 1, 3, 4), name="layer")
    moved = model.node("Add", layer, np.float32(1))
    outputs = {layer: "picture", moved: "moved"}
    picture, more = run(read(*model.save(tmp_path)), outputs, x)
    assert close(more, picture + 1) and picture.shape == (2, 4, 4, 4)


def test_only_what_is_needed_is_written(tmp_path: Path) -> None:
    import onnx

    model = TinyModel()
    used = model.layer("Conv2D", "faces", normal(1, 1, 3, 4))
    model.node("Tanh", model.layer("Conv2D", used, normal(3, 3, 4, 50)))
    data = onnx_model(read(*model.save(tmp_path)), {used: "made"}, 8)
    graph = onnx.load_from_string(data).graph
    assert [node.op_type for node in graph.node].count("Conv") == 1
    assert sum(np.prod(constant.dims) for constant in graph.initializer) < 50


def test_what_follows_a_convolution_goes_into_it(tmp_path: Path) -> None:
    import onnx

    model = TinyModel()
    x = model.layer("DepthwiseConv2dNative", "faces", normal(3, 3, 3, 1))
    x = model.node("Add", model.node("Mul", x, normal(3)), normal(3))
    x = model.node("Minimum", model.node("Relu", x), np.float32(6))
    x = model.node("Mean", x, np.array([1, 2]), keep_dims=False)
    graph = onnx.load_from_string(onnx_model(read(*model.save(tmp_path)), {x: "made"}, 8)).graph
    kinds = [node.op_type for node in graph.node]
    assert kinds == ["Transpose", "Conv", "Clip", "ReduceMean", "Identity"]


def refused(model: TinyModel, node: str, folder: Path) -> str:
    with pytest.raises(WeightsWrong) as caught:
        onnx_model(read(*model.save(folder)), {node: "made"}, 8)
    return str(caught.value)


def test_refuses_a_node_that_is_not_there(tmp_path: Path) -> None:
    assert "no node descriptor" in refused(TinyModel(), "descriptor", tmp_path)


def test_refuses_a_layout_it_does_not_know(tmp_path: Path) -> None:
    model = TinyModel()
    layer = model.layer("Conv2D", "faces", normal(1, 1, 3, 3), data_format="NCHW", name="first")
    assert "first" in refused(model, layer, tmp_path)


def test_refuses_what_was_fused_that_it_does_not_know(tmp_path: Path) -> None:
    model = TinyModel()
    layer = model.layer("_FusedConv2D", "faces", normal(1, 1, 3, 3), fused_ops=("Erf",))
    assert "Erf" in refused(model, layer, tmp_path)


def test_refuses_to_mix_faces(tmp_path: Path) -> None:
    model = TinyModel()
    flat = model.node("Reshape", "faces", np.array([-1, 3]), name="flat")
    assert "flat" in refused(model, flat, tmp_path)


def test_refuses_a_kernel_that_is_computed(tmp_path: Path) -> None:
    model = TinyModel()
    assert "faces" in refused(model, model.layer("Conv2D", "faces", "faces"), tmp_path)


def test_refuses_a_node_without_what_it_needs(tmp_path: Path) -> None:
    model = TinyModel()
    layer = model.node("Conv2D", "faces", normal(1, 1, 3, 3), name="bare")
    assert "bare" in refused(model, layer, tmp_path)
