"""Regions lie on the picture as stored, results on the upright one: from one frame to the other.

MWG, Guidelines for Handling Image Metadata 2.0, 5.9: regions apply to the stored picture, and
whoever applies the Exif orientation must turn them too. Not every program does so; of what others
wrote, AppliedToDimensions tells the frame where width and height change places, and else the faces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml.types import Box
from ml.xmp.region import Region, Regions

# EXIF orientation -> where a point (x, y) of the stored picture, in parts, lies on the upright one.
UPRIGHT: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}
BACK = {6: 8, 8: 6}  # the others undo themselves
TURNED = {5, 6, 7, 8}
SHAPE = 1.02  # shapes that differ by a smaller factor are the same, but for rounded sides


def stored(box: Box, name: str, orientation: int, size: tuple[int, int]) -> Region:
    """The part of a box that lies on the photo, as a region of the stored picture.

    box: pixels of the upright photo. size: its width and height. orientation: EXIF's, 1..8.
    """
    width, height = size
    left, right = (min(max(edge / width, 0.0), 1.0) for edge in (box.left, box.right))
    top, bottom = (min(max(edge / height, 0.0), 1.0) for edge in (box.top, box.bottom))
    upright = Region(name, left, top, right, bottom)
    return _turned(upright, BACK.get(orientation, orientation))


def stored_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height of the stored picture, from those of the upright one."""
    return (size[1], size[0]) if orientation in TURNED else size


def boxes(
    regions: Regions, orientation: int, size: tuple[int, int], faces: Sequence[Box]
) -> list[Box]:
    """Where the regions lie, in pixels of the upright photo.

    orientation: EXIF's of the file, 1..8. size: of the upright photo. faces: found on it; they
    decide between the frames where the regions do not tell theirs.
    """
    as_stored = [_box(_turned(item, orientation), size) for item in regions.items]
    as_shown = [_box(item, size) for item in regions.items]
    told = _is_stored(regions.applied, orientation, size)
    if told is None:
        told = _overlap(as_stored, faces) >= _overlap(as_shown, faces)
    return as_stored if told else as_shown


def _is_stored(
    applied: tuple[float, float] | None, orientation: int, size: tuple[int, int]
) -> bool | None:
    """Whether the dimensions are those of the stored frame (True) or of the upright one (False);
    None where they cannot tell."""
    if applied is None or orientation not in TURNED:
        return None
    upright, there = size[0] / size[1], applied[0] / applied[1]
    shown, lying = _same(there, upright), _same(there, 1 / upright)
    return None if shown == lying else lying


def _same(one: float, other: float) -> bool:
    return 1 / SHAPE < one / other < SHAPE


def _overlap(found: Sequence[Box], faces: Sequence[Box]) -> float:
    """The sum, over the boxes, of the overlap with the nearest face."""
    return sum(max((box.iou(face) for face in faces), default=0.0) for box in found)


def _turned(region: Region, orientation: int) -> Region:
    corners = [
        UPRIGHT[orientation](x, y)
        for x, y in ((region.left, region.top), (region.right, region.bottom))
    ]
    (left, right), (top, bottom) = (sorted(edges) for edges in zip(*corners, strict=True))
    return Region(region.name, left, top, right, bottom)


def _box(region: Region, size: tuple[int, int]) -> Box:
    width, height = size
    return Box(
        region.left * width, region.top * height, region.right * width, region.bottom * height
    )
