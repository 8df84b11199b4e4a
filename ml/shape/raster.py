"""Which triangle of a surface each pixel shows: a small rasteriser with a depth buffer."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.shape.surface import Triangles


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """triangle: H x W, its number, -1 where there is none. weights: H x W x 3, how much of each of
    its corners. depth: H x W, inf where there is none."""

    triangle: NDArray[np.int32]
    weights: NDArray[np.float32]
    depth: NDArray[np.float32]

    @property
    def there(self) -> NDArray[np.bool_]:
        return self.triangle >= 0

    def spread(self, values: NDArray[Any], triangles: Triangles) -> NDArray[np.float32]:
        """What each vertex has (N x C), between them; H x W x C, 0 where there is no triangle."""
        corners = values[triangles[np.maximum(self.triangle, 0)]]
        mixed: NDArray[Any] = np.einsum("hwk,hwkc->hwc", self.weights, corners)
        return mixed.astype(np.float32)


def cover(points: NDArray[Any], triangles: Triangles, width: int, height: int) -> Cover:
    """points: N x 3; x and y in pixels, of the surface's parts in line the one with the least z
    is seen."""
    seen = Cover(
        np.full((height, width), -1, np.int32),
        np.zeros((height, width, 3), np.float32),
        np.full((height, width), np.inf, np.float32),
    )
    corners = np.asarray(points, np.float64)[triangles]
    for number, triangle in enumerate(corners):
        _paint(seen, number, triangle)
    return seen


def _paint(seen: Cover, number: int, corners: NDArray[np.float64]) -> None:
    height, width = seen.triangle.shape
    (left, top), (right, bottom) = corners[:, :2].min(0), corners[:, :2].max(0)
    x0, x1 = max(ceil(left), 0), min(floor(right), width - 1) + 1
    y0, y1 = max(ceil(top), 0), min(floor(bottom), height - 1) + 1
    edges = (corners[1:] - corners[0])[:, :2].T
    area = edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0]
    if x0 >= x1 or y0 >= y1 or abs(area) < 1e-9:
        return
    x = np.arange(x0, x1) - corners[0, 0]
    y = (np.arange(y0, y1) - corners[0, 1])[:, None]
    second = (x * edges[1, 1] - y * edges[0, 1]) / area
    third = (y * edges[0, 0] - x * edges[1, 0]) / area
    weights = np.stack([1 - second - third, second, third], 2)
    depth = weights @ corners[:, 2]
    part = (slice(y0, y1), slice(x0, x1))
    nearer = (weights.min(2) >= -1e-6) & (depth < seen.depth[part])
    seen.depth[part][nearer] = depth[nearer]
    seen.triangle[part][nearer] = number
    seen.weights[part][nearer] = weights[nearer]
