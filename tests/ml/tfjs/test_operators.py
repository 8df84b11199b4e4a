"""ONNX and torch both compute and lay out what TensorFlow does, constants included."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ml.tfjs.tiny_model import Give, TinyModel, close, normal, softmax


def test_constants_meet_the_last_axis(give: Give) -> None:
    x, by, to = normal(2, 3, 3, 3), normal(3, seed=1), normal(3, 3, 3, seed=2)
    model = TinyModel()
    node = model.node("Sub", to, model.node("Mul", "faces", by))
    assert close(give(model, node, x), to - x * by)


@pytest.mark.parametrize("limits", [(0, 6), (-1, 0.5), (2, 1)])
def test_limits_follow_each_other_in_order(give: Give, limits: tuple[float, float]) -> None:
    low, high = map(np.float32, limits)
    x, model = 3 * normal(2, 4, 4, 3), TinyModel()
    node = model.node("Maximum", model.node("Relu", "faces"), low)
    node = model.node("Maximum", model.node("Minimum", node, high), np.float32(0.25))
    right = np.maximum(np.minimum(np.maximum(np.maximum(x, 0), low), high), 0.25)
    assert close(give(model, node, x), right)


def test_reduces_rows_and_columns(give: Give) -> None:
    x, model = normal(2, 4, 4, 3), TinyModel()
    largest = model.node("Max", "faces", np.array([-3, -2]), keep_dims=False)
    assert close(give(model, largest, x), x.max((1, 2)))
    mean = model.node("Mean", "faces", np.array([1, 2]), keep_dims=True)
    assert close(
        give(model, model.node("Sub", "faces", mean), x), x - x.mean((1, 2))[:, None, None]
    )


def test_a_picture_is_flattened_channels_last(give: Give) -> None:
    x, model = normal(2, 2, 2, 3), TinyModel()
    flat = model.node("Reshape", "faces", np.array([-1, 12]))
    assert close(give(model, flat, x), x.reshape(2, 12))
    folded = model.node("Reshape", flat, np.array([-1, 3, 2, 2]))
    assert close(give(model, model.node("Tanh", folded), x), np.tanh(x.reshape(2, 3, 2, 2)))


def test_softmax_of_a_picture_runs_over_its_channels(give: Give) -> None:
    x, model = normal(2, 2, 2, 3), TinyModel()
    assert close(give(model, model.node("Softmax", "faces"), x), softmax(x))


def test_cuts_and_divides(give: Give) -> None:
    x, model = normal(2, 2, 2, 3), TinyModel()
    flat = model.node("Reshape", "faces", np.array([-1, 12]))
    masks = {"begin_mask": 1, "end_mask": 1, "ellipsis_mask": 0, "new_axis_mask": 0}
    edges = (np.array([0, 7]), np.array([0, 8]), np.array([1, 1]))
    one = model.node("StridedSlice", flat, *edges, shrink_axis_mask=2, **masks)
    column = model.node("ExpandDims", one, np.array(1))
    edges = (np.array([0, -3]), np.array([0, 12]), np.array([1, 1]))
    three = model.node("StridedSlice", flat, *edges, shrink_axis_mask=0, **masks)
    rows = x.reshape(2, 12)
    right = rows[:, 9:] / rows[:, 7:8]
    made = give(model, model.node("RealDiv", three, column), x)
    assert made.shape == right.shape and np.allclose(made, right, rtol=1e-4)


def test_pads_joins_and_squeezes(give: Give) -> None:
    x, model = normal(2, 4, 4, 3), TinyModel()
    edges = np.array([[0, 0], [0, 1], [2, 1], [0, 0]])
    padded = model.node("Pad", "faces", edges)
    assert close(give(model, padded, x), np.pad(x, edges))
    joined = model.node("ConcatV2", "faces", "faces", np.array(-1))
    assert close(give(model, joined, x), np.concatenate([x, x], -1))
    mean = model.node("Mean", joined, np.array([1, 2]), keep_dims=True)
    vector = model.node("Squeeze", mean, squeeze_dims=(1, 2))
    assert close(give(model, vector, x), np.tile(x.mean((1, 2)), 2))
