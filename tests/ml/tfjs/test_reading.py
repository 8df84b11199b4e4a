"""A graph model is read whole, with its weights as they were before quantisation, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.errors import WeightsWrong
from ml.tfjs.graph import Graph
from ml.tfjs.reading import read
from tests.ml.tfjs.tiny_model import TinyModel, normal


def test_reads_weights_as_they_were_stored(tmp_path: Path) -> None:
    model = TinyModel()
    floats, whole = normal(2, 3), np.array([[-5], [70_000]])
    model.constant(floats, name="floats")
    model.constant(whole, name="whole")
    constants = read(*model.save(tmp_path)).constants
    assert constants["floats"].dtype == np.float32 and (constants["floats"] == floats).all()
    assert constants["whole"].dtype == np.int32 and (constants["whole"] == whole).all()


@pytest.mark.parametrize(("kind", "steps"), [("uint8", 255), ("uint16", 65535), ("float16", 2048)])
def test_restores_quantised_weights(tmp_path: Path, kind: str, steps: int) -> None:
    model, array = TinyModel(), normal(40, 30)
    model.constant(array, kind, name="weights")
    restored = read(*model.save(tmp_path)).constants["weights"]
    assert restored.dtype == np.float32
    assert np.abs(restored - array).max() <= 0.51 * np.ptp(array) / steps


def test_restores_quantised_whole_numbers(tmp_path: Path) -> None:
    model, array = TinyModel(), np.array([-300, 0, 210])
    model.constant(array, "uint8", name="weights")
    restored = read(*model.save(tmp_path)).constants["weights"]
    assert restored.dtype == np.int32 and restored.tolist() == [-300, 0, 210]


def test_a_weight_may_lie_in_two_shards(tmp_path: Path) -> None:
    model, array = TinyModel(), normal(7)
    model.constant(array, name="weights")
    topology, shards = model.save(tmp_path, shards=3)
    assert (read(topology, shards).constants["weights"] == array).all()


def test_nodes_come_after_what_they_read(tmp_path: Path) -> None:
    model = TinyModel()
    model.node("Relu", model.node("Tanh", "faces", name="first"), name="second")
    model.nodes.reverse()
    graph = read(*model.save(tmp_path))
    assert [node.name for node in graph.nodes] == ["faces", "first", "second"]


def test_attributes_become_plain_values(tmp_path: Path) -> None:
    model = TinyModel()
    given: dict[str, Any] = {
        "padding": "SAME",
        "strides": (1, 2),
        "fused_ops": ("BiasAdd", "Relu"),
        "explicit_paddings": (),
        "epsilon": 0.5,
        "mask": 3,
        "keep_dims": True,
    }
    model.node("Relu", "faces", **given)
    faces, relu = read(*model.save(tmp_path)).nodes
    assert relu.attributes == given
    assert faces.attributes == {"shape": (-1, -1, -1, 3), "dtype": "DT_FLOAT"}


def test_inputs_are_named_without_what_only_orders_them(tmp_path: Path) -> None:
    model = TinyModel()
    model.node("Relu", "faces:0", "^faces")
    assert read(*model.save(tmp_path)).nodes[1].inputs == ("faces",)


def broken(change: Any, folder: Path) -> Graph:
    """A model of one product, read after that change to its JSON."""
    model = TinyModel()
    model.node("MatMul", "faces", normal(3, 2), name="product")
    topology, shards = model.save(folder)
    stored = json.loads(topology.read_text())
    change(stored)
    topology.write_text(json.dumps(stored))
    return read(topology, shards)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m.pop("weightsManifest"), "does not hold a TensorFlow.js graph model"),
        (lambda m: m.update(modelTopology={"model_config": {}}), "does not hold a TensorFlow.js"),
        (lambda m: m["modelTopology"]["node"][-1].update(op="Erf"), "does not know: Erf"),
        (lambda m: m["modelTopology"]["node"].pop(0), "names what it does not hold: faces"),
        (lambda m: m["modelTopology"]["node"][-1].update(input=["faces:1"]), "not hold: faces:1"),
        (lambda m: m["modelTopology"]["node"][-1].update(input=["product"]), "in a circle"),
        (lambda m: m["weightsManifest"][0]["weights"][0].update(dtype="string"), "know: string"),
        (lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[3, 3]), "more weights than"),
        (lambda m: m["weightsManifest"][0]["weights"][0].update(shape=[3, 1]), "needs 12 bytes"),
    ],
)
def test_says_what_is_wrong_with_a_model(tmp_path: Path, change: Any, sentence: str) -> None:
    with pytest.raises(WeightsWrong, match=sentence):
        broken(change, tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"[1, 2]", b"null"])
def test_refuses_a_file_that_is_no_model(tmp_path: Path, content: bytes) -> None:
    topology = tmp_path / "other.json"
    topology.write_bytes(content)
    with pytest.raises(WeightsWrong, match=r"other\.json does not hold"):
        read(topology, [])
