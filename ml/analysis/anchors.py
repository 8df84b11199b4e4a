"""Decodes MediaPipe's single-shot detectors: what they say at each anchor, as boxes and points.

Liu et al., SSD: Single Shot MultiBox Detector, 2016; Bazarevsky et al., BlazeFace, 2019. Anchors
have no size of their own: a network says how far from an anchor a box lies and how large it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.geometry import Matrix
from ml.runtimes import Floats, TfLite, in_batches
from ml.types import Picture

OVERLAP = 0.3  # intersection over union of boxes that are one


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a detector found, in pixels of the photo. corners: 4 x 2 of its box, which is level
    where the cut was. points: K x 2. score: 0..1."""

    corners: Floats
    points: Floats
    score: float

    @property
    def size(self) -> float:
        """Side of the box; these detectors give squares."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))


class Network(TfLite):
    """A network with all its outputs, one picture at a time: another number of pictures would
    make it prepare itself again, which takes longer than looking."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._outputs = [one["index"] for one in self._interpreter.get_output_details()]

    def all(self, array: Floats) -> list[Floats]:
        """array: N x H x W x 3. Each output as N x values, in the file's order."""
        return in_batches(self._call, array, most=1)

    def _call(self, array: Floats) -> list[Floats]:
        super()._call(array)
        return [self._interpreter.get_tensor(one).reshape(len(array), -1) for one in self._outputs]


class Detector:
    """A detector with its anchors. least: the score from which something is there. low: what a
    black pixel is for it, -1 or 0; a white one is 1."""

    def __init__(
        self, path: Path, size: int, strides: Sequence[int], least: float, low: float = 0.0
    ) -> None:
        self._net, self._least = Network(path), least
        self._size, self._low = size, low
        self._anchors = anchors(size, strides)

    def __call__(self, picture: Picture, cut: Matrix | None = None) -> list[Found]:
        """Best first. cut: the part of the photo to look at (size x size); None: all of it."""
        cut = whole(picture, self._size) if cut is None else cut
        pixels = geometry.chip(picture, cut, self._size).astype(np.float32)
        chip = pixels * np.float32((1 - self._low) / 255) + np.float32(self._low)
        raw, logits = self._net.all(chip[None])
        scores = 1 / (1 + np.exp(-np.clip(logits[0], -80, 80)))
        at = np.flatnonzero(scores >= self._least)
        values = raw[0].reshape(len(scores), -1, 2)[at]
        values[:, [0, *range(2, values.shape[1])]] += self._anchors[at, None]
        return distinct(
            [placed(one, float(scores[i]), cut) for i, one in zip(at, values, strict=True)]
        )


def whole(picture: Picture, size: int) -> Matrix:
    """The transform that brings all of the photo into a chip, black bars beside it."""
    width, height = picture.size
    middle = (width - 1) / 2, (height - 1) / 2
    return geometry.square(middle, max(width, height), 0, size)


def anchors(size: int, strides: Sequence[int]) -> Floats:
    """N x 2: their places in the chip, two for each stride named, row by row; those of one
    stride lie together."""
    places = []
    for stride, same in groupby(strides):
        cells = size // stride
        rows, columns = np.mgrid[:cells, :cells]
        grid = np.stack([columns, rows], 2).reshape(-1, 2) + 0.5
        places.append(np.repeat(grid * stride, 2 * len(list(same)), axis=0))
    return np.concatenate(places).astype(np.float32)


def placed(values: Floats, score: float, cut: Matrix) -> Found:
    """values: middle and size of the box, then points, in pixels of the chip."""
    middle, half = values[0], values[1] / 2
    corners = middle + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    back = geometry.inverse(cut)
    both = geometry.moved(back, np.concatenate([corners, values[2:]]) - 0.5).astype(np.float32)
    return Found(both[:4], both[4:], score)


def distinct(found: list[Found]) -> list[Found]:
    """The best of those whose boxes overlap, its box and points averaged with theirs by score."""
    left, kept = sorted(found, key=lambda one: -one.score), []
    while left:
        best, alike = left[0], overlaps(left) > OVERLAP
        same = [one for one, like in zip(left, alike, strict=True) if like]
        weights = [one.score for one in same]
        corners, points = (
            np.average([getattr(one, part) for one in same], axis=0, weights=weights)
            for part in ("corners", "points")
        )
        kept.append(Found(corners, points, best.score))
        left = [one for one, like in zip(left, alike, strict=True) if not like]
    return kept


def overlaps(found: list[Found]) -> NDArray[np.float64]:
    """Of each, intersection over union of its box and the first one's, around their corners."""
    corners = np.stack([one.corners for one in found])
    low, high = corners.min(1), corners.max(1)
    across = np.maximum(np.minimum(high, high[0]) - np.maximum(low, low[0]), 0)
    shared, areas = (np.prod(sides, 1).astype(np.float64) for sides in (across, high - low))
    shares: NDArray[np.float64] = shared / np.maximum(areas + areas[0] - shared, 1e-9)
    return shares
