"""Named rectangles of a photo's metadata, in parts of its width and height."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Self

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle with a person's name, "" for nobody's.

    left, top, right, bottom: parts, 0..1, of the width and height of the frame it was drawn in;
    edges may lie a little outside.
    """

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def to_json(self) -> list[Any]:
        return [self.name, self.left, self.top, self.right, self.bottom]

    @classmethod
    def from_json(cls, data: list[Any]) -> Self:
        return cls(*data)


@dataclass(frozen=True, slots=True)
class Regions:
    """All of a packet. applied: width and height in pixels of the frame they were drawn in, where
    the packet says it (`mwg-rs:AppliedToDimensions`)."""

    items: tuple[Region, ...] = ()
    applied: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        applied = None if self.applied is None else list(self.applied)
        return {"items": [item.to_json() for item in self.items], "applied": applied}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        width_height = data["applied"]
        applied = None if width_height is None else (width_height[0], width_height[1])
        return cls(tuple(map(Region.from_json, data["items"])), applied)


def clean(name: str) -> str:
    """A name without control, direction and unassigned characters, in one line of at most 120."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    printable = "".join(c for c in plain if not unicodedata.category(c).startswith("C"))
    return printable[:LONGEST_NAME].strip()
