"""Marks as the shapes of an SVG whose unit is a pixel of the upright photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ml.types import XY, Box, MarkKind
from webapp.selectors.results import Layer, ShownFace, ShownMark

DENSE = 40  # points or strokes; more are drawn finer
CROP_MARGIN = 0.25
LABELS = "Labels"


@dataclass(frozen=True, slots=True)
class Shape:
    """One mark, or a face's label. css: classes of its group. path: SVG path data, "" for rasters
    and labels. box: where a raster lies. at: where the label begins. title: said when it is pointed
    at."""

    css: str
    path: str
    label: str
    at: XY
    face: UUID | None
    raster: str = ""
    box: Box | None = None
    heat: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer with its shapes. number: from 0, names its switch. key: what is remembered of it."""

    number: int
    key: str
    on: bool
    shapes: tuple[Shape, ...]


def drawn(layers: Iterable[Layer], faces: Iterable[ShownFace]) -> list[Drawn]:
    """The layers as shapes, and last the faces' names or numbers, which tie them to their cards
    whichever layers are off."""
    labels = tuple(labelled(face) for face in faces if face.found)
    found = [(layer.name, layer.on, tuple(map(shape, layer.marks))) for layer in layers]
    if labels:
        found.append((LABELS, True, labels))
    return [Drawn(number, *layer) for number, layer in enumerate(found)]


def labelled(face: ShownFace) -> Shape:
    """The face's name, or its number, where its box begins."""
    at = (face.box.left, face.box.top)
    return Shape("mark label", "", face.name or str(face.number), at, face.id)


def shape(mark: ShownMark) -> Shape:
    """A mark as a shape."""
    raster = mark.kind in (MarkKind.MASK, MarkKind.HEAT)
    points = [point for path in mark.paths for point in path]
    end = max if mark.kind is MarkKind.BOX and mark.face is not None else min  # not on the name
    return Shape(
        css=css_of(mark),
        path="" if raster else path_of(mark),
        label="" if mark.kind is MarkKind.MASK else mark.label,
        title=mark.label if mark.kind is MarkKind.MASK else "",
        at=(min((x for x, _ in points), default=0), end((y for _, y in points), default=0)),
        face=mark.face,
        raster=mark.raster,
        box=around(points) if raster else None,
        heat=mark.kind is MarkKind.HEAT,
    )


def css_of(mark: ShownMark) -> str:
    """Kind and tone, and how finely to draw."""
    strokes = sum(max(len(path) - 1, 1) for path in mark.paths)
    if mark.kind is MarkKind.POINTS:
        strokes = sum(len(path) for path in mark.paths)
    size = "dense" if strokes > DENSE else "few"
    return f"mark {mark.kind.value} {size} tone-{mark.tone}"


def path_of(mark: ShownMark) -> str:
    """Path data: a rectangle, a dot a point, or polylines."""
    if mark.kind is MarkKind.BOX:
        (left, top), (right, bottom) = mark.paths[0]
        return f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z"
    if mark.kind is MarkKind.POINTS:
        return "".join(f"M{x:.1f} {y:.1f}h0" for path in mark.paths for x, y in path)
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in path) for path in mark.paths if path
    )


def around(points: list[XY]) -> Box:
    """The box that two corners span."""
    (left, top), (right, bottom) = points[0], points[-1]
    return Box(left, top, right, bottom)


def crop(box: Box) -> str:
    """The viewBox of a square around a face, with some room."""
    side = max(box.width, box.height, 1) * (1 + 2 * CROP_MARGIN)
    x, y = box.centre
    return f"{x - side / 2:.1f} {y - side / 2:.1f} {side:.1f} {side:.1f}"
