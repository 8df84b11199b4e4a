"""Sums, products, limits and activations of TensorFlow as steps (ml.tfjs.plan).

What follows a convolution and is the same for every picture goes into its weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

from ml.errors import WeightsWrong
from ml.tfjs.graph import Node
from ml.tfjs.plan import ANY, FIRST, Array, Draft, Shape, Value

_ARITHMETIC = {"Add": "Add", "AddV2": "Add", "Sub": "Sub", "Mul": "Mul", "RealDiv": "Div"}


def arithmetic(draft: Draft, node: Node) -> str:
    a, b = draft.inputs(node)
    kind = _ARITHMETIC[node.op]
    merge = {"Add": shifted, "Mul": scaled}.get(kind)
    if merge and isinstance(a, str) and not isinstance(b, str):
        return merge(draft, a, b)
    if merge and isinstance(b, str) and not isinstance(a, str):
        return merge(draft, b, a)
    return _elementwise(draft, kind, a, b)


def limit(draft: Draft, node: Node) -> str:
    x, at = draft.made(node.inputs[0]), draft.constant(node.inputs[1]).item()
    return _clipped(draft, x, low=at) if node.op == "Maximum" else _clipped(draft, x, high=at)


def activation(draft: Draft, node: Node) -> str:
    return ACTIVATIONS[node.op](draft, draft.made(node.inputs[0]))


def scaled(draft: Draft, x: str, gain: Array) -> str:
    step = draft.last(x, "Conv")
    if not step or not _per_channel(gain, draft.shape(x)):
        return _elementwise(draft, "Mul", x, gain)
    source, weight, bias = step.inputs
    by = gain.reshape(-1)
    draft.steps[x] = replace(step, inputs=(source, weight * by.reshape(-1, 1, 1, 1), bias * by))
    return x


def shifted(draft: Draft, x: str, shift: Array) -> str:
    step = draft.last(x, "Conv") or draft.last(x, "Gemm")
    if not step or not _per_channel(shift, draft.shape(x)):
        return _elementwise(draft, "Add", x, shift)
    source, weight, bias = step.inputs
    draft.steps[x] = replace(step, inputs=(source, weight, bias + shift.reshape(-1)))
    return x


def _per_channel(constant: Array, shape: Shape) -> bool:
    """Whether it is one number, or one a channel."""
    return constant.size == 1 or constant.shape[-1:] == (constant.size,) == shape[-1:]


def _clipped(draft: Draft, x: str, low: float = -inf, high: float = inf) -> str:
    step = draft.last(x, "Clip")
    if not step:
        return draft.step("Clip", [x], draft.shape(x), min=low, max=high)
    limits = {name: min(max(at, low), high) for name, at in step.attributes.items()}
    draft.steps[x] = replace(step, attributes=limits)
    return x


def _elementwise(draft: Draft, kind: str, a: Value, b: Value) -> str:
    shape = _broadcast(draft.shape(a), draft.shape(b))
    if any(isinstance(v, str) and len(draft.shape(v)) != len(shape) for v in (a, b)):
        raise WeightsWrong("The graph computes with a picture and what is none.")
    return draft.step(kind, [_met(a, len(shape)), _met(b, len(shape))], shape)


def _broadcast(a: Shape, b: Shape) -> Shape:
    longest = max(len(a), len(b))
    a, b = ((1,) * (longest - len(shape)) + shape for shape in (a, b))
    return tuple(ANY if ANY in pair else max(pair) for pair in zip(a, b, strict=True))


def _met(value: Value, axes: int) -> Value:
    """A constant so that it lies as the values with so many axes do."""
    if isinstance(value, str) or axes != 4:
        return value
    return value.reshape((1,) * (4 - value.ndim) + value.shape).transpose(FIRST)


def _softmax(draft: Draft, x: str) -> str:
    shape = draft.shape(x)
    return draft.step("Softmax", [x], shape, axis=1 if len(shape) == 4 else -1)


def _alone(kind: str) -> Callable[[Draft, str], str]:
    return lambda draft, x: draft.step(kind, [x], draft.shape(x))


ACTIVATIONS: dict[str, Callable[[Draft, str], str]] = {
    "Relu": lambda draft, x: _clipped(draft, x, low=0.0),
    "Relu6": lambda draft, x: _clipped(draft, x, low=0.0, high=6.0),
    "Elu": _alone("Elu"),
    "Sigmoid": _alone("Sigmoid"),
    "Tanh": _alone("Tanh"),
    "Softmax": _softmax,
}
