"""Means, reshapes, cuts and paddings of TensorFlow as steps (ml.tfjs.plan)."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from ml.errors import WeightsWrong
from ml.tfjs.graph import Node
from ml.tfjs.plan import ANY, FIRST, Draft

_REDUCTIONS = {"Mean": "ReduceMean", "Max": "ReduceMax"}


def reduction(draft: Draft, node: Node) -> str:
    x, axes = draft.made(node.inputs[0]), draft.constant(node.inputs[1]).reshape(-1)
    shape, keep = draft.shape(x), node.attributes["keep_dims"]
    if len(shape) != 4 or sorted(axes % 4) != [1, 2]:
        raise WeightsWrong(f"The graph reduces other axes than rows and columns: {node.name}.")
    left = (ANY, 1, 1, shape[3]) if keep else (ANY, shape[3])
    return draft.step(_REDUCTIONS[node.op], [x], left, axes=(2, 3), keepdims=int(keep))


def reshape(draft: Draft, node: Node) -> str:
    asked = draft.constant(node.inputs[1]).tolist()
    return _reshaped(draft, node, draft.made(node.inputs[0]), asked)


def expand(draft: Draft, node: Node) -> str:
    x = draft.made(node.inputs[0])
    shape = list(draft.shape(x))
    at = draft.constant(node.inputs[1]).item()
    shape.insert(at % (len(shape) + 1), 1)
    return _reshaped(draft, node, x, shape)


def squeeze(draft: Draft, node: Node) -> str:
    x = draft.made(node.inputs[0])
    shape = draft.shape(x)
    gone = [axis % len(shape) for axis in node.attributes["squeeze_dims"]]
    left = [length for axis, length in enumerate(shape) if axis not in gone]
    return _reshaped(draft, node, x, left)


def cut(draft: Draft, node: Node) -> str:
    """A strided slice that takes all faces, and of what each has a part."""
    x = draft.made(node.inputs[0])
    shape = draft.shape(x)
    begin, end, stride = (draft.constant(name).tolist() for name in node.inputs[1:])
    unknown = node.attributes["ellipsis_mask"] or node.attributes["new_axis_mask"]
    if unknown or set(stride) != {1} or len(shape) == 4 or not _whole(node):
        raise WeightsWrong(f"The graph cuts as Prosopa does not know: {node.name}.")
    axes = range(1, len(begin))
    parts = [_part(node, axis, begin[axis], end[axis], shape[axis]) for axis in axes]
    lengths = (stop - start for start, stop in parts)
    starts, ends = zip(*parts, strict=True)
    y = draft.step("Slice", [x], (ANY, *lengths), starts=starts, ends=ends, axes=tuple(axes))
    left = [
        length for axis, length in enumerate(draft.shape(y)) if not _bit(node, "shrink_axis", axis)
    ]
    return y if len(left) == len(shape) else _reshaped(draft, node, y, left)


def _whole(node: Node) -> bool:
    """Whether it takes all faces."""
    return _bit(node, "begin", 0) and _bit(node, "end", 0) and not _bit(node, "shrink_axis", 0)


def _part(node: Node, axis: int, begin: int, end: int, length: int) -> tuple[int, int]:
    """Where the cut of an axis begins and ends."""
    if _bit(node, "shrink_axis", axis):
        return begin % length, begin % length + 1
    first = None if _bit(node, "begin", axis) else begin
    last = None if _bit(node, "end", axis) else end
    return slice(first, last).indices(length)[:2]


def _bit(node: Node, mask: str, axis: int) -> bool:
    """begin, end: the axis is cut from or to where it begins or ends, whatever the numbers say.
    shrink_axis: one place of it is taken, and the axis goes."""
    return bool(node.attributes[f"{mask}_mask"] >> axis & 1)


def concat(draft: Draft, node: Node) -> str:
    values = [draft.made(name) for name in node.inputs[:-1]]
    shapes = [draft.shape(value) for value in values]
    axis = draft.constant(node.inputs[-1]).item() % len(shapes[0])
    shape = list(shapes[0])
    shape[axis] = sum(each[axis] for each in shapes)
    lies = FIRST.index(axis) if len(shape) == 4 else axis
    return draft.step("Concat", values, tuple(shape), axis=lies)


def pad(draft: Draft, node: Node) -> str:
    x, counts = draft.made(node.inputs[0]), draft.constant(node.inputs[1])
    _, *lengths = draft.shape(x)
    padded = [
        length + more for length, more in zip(lengths, counts[1:].sum(1).tolist(), strict=True)
    ]
    if len(counts) == 4:
        counts = counts[list(FIRST)]
    return draft.step("Pad", [x], (ANY, *padded), pads=tuple(counts.T.reshape(-1).tolist()))


def _reshaped(draft: Draft, node: Node, x: str, shape: Sequence[int]) -> str:
    if shape[0] != ANY or prod(shape) != prod(draft.shape(x)):
        raise WeightsWrong(f"The graph does not keep each face apart: {node.name}.")
    made = tuple(shape)
    y = draft.step("Reshape", [draft.channels_last(x)], made, shape=made)
    return draft.step("Transpose", [y], made, perm=FIRST) if len(made) == 4 else y
