"""A photo in memory, and where on it something is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

JSON = dict[str, Any]
XY = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An upright photo in memory. Never serialised, never compared.

    pixels: H x W x 3, uint8, RGB, EXIF orientation already applied.
    exif: EXIF tag number -> value, as Pillow reads them; GPS and Exif sub-directories under
        their tag numbers (34853, 34665).
    notes: sentences about what was done to show it ("Only the first of 12 frames is shown.").
    halves: the pixels halved once, twice ..., as far as they were needed (ml.geometry.level).
    """

    pixels: NDArray[np.uint8]
    exif: Mapping[int, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    halves: list[NDArray[np.uint8]] = field(default_factory=list, init=False, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright photo. It may reach beyond the photo's border."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def centre(self) -> XY:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1 (0 for empty boxes)."""
        shared = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area
        return shared / (self.area + other.area - shared) if shared else 0.0

    def to_json(self) -> list[float]:
        return [self.left, self.top, self.right, self.bottom]

    @classmethod
    def from_json(cls, data: Sequence[float]) -> Self:
        return cls(*data)


@dataclass(frozen=True, slots=True)
class Points:
    """Named-by-scheme landmarks, e.g. scheme "centerface-5": eyes, nose, mouth corners."""

    scheme: str
    xy: tuple[XY, ...]

    def to_json(self) -> JSON:
        return {"scheme": self.scheme, "xy": [list(point) for point in self.xy]}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        return cls(data["scheme"], tuple((x, y) for x, y in data["xy"]))


@dataclass(frozen=True, slots=True)
class Face:
    """A face a detector found. What is read of it hangs in Readings, never here.

    score: the detector's confidence, 0..1.
    """

    box: Box
    score: float
    points: Points | None = None

    def to_json(self) -> JSON:
        points = None if self.points is None else self.points.to_json()
        return {"box": self.box.to_json(), "score": self.score, "points": points}

    @classmethod
    def from_json(cls, data: JSON) -> Self:
        points = None if data["points"] is None else Points.from_json(data["points"])
        return cls(Box.from_json(data["box"]), data["score"], points)
