"""Marks -> pixels, in the same tones that the page draws them in.

Every stroke is a light line over a wider dark one, so that it can be read on any photo.
"""

from __future__ import annotations

import contextlib
import io
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import dist, sqrt

from PIL import Image, ImageColor, ImageDraw, ImageFont

from ml.types import XY, Face, Mark, MarkKind, Picture

PALETTE = {
    "accent": "#2f9bff",
    "x": "#ff5d5d",
    "y": "#4ade80",
    "z": "#5b8cff",
    "warm": "#ffb020",
    "cool": "#2dd4cf",
}
DARK, LIGHT = "#0b0f14", "#ffffff"
# Heat from nothing to hottest; the cooler, the more of the photo shows through.
HEAT = ("#10307a", "#2f9bff", "#2dd4cf", "#ffd24a", "#ff5d3a")
MASK_OPACITY, HEAT_OPACITY, PLATE_OPACITY = 0.45, 0.65, 0.78
FINE = 2  # strokes are drawn so much larger and reduced: smooth edges
RASTERS = {MarkKind.MASK, MarkKind.HEAT}


def draw(canvas: Picture | Image.Image, marks: Iterable[Mark], scale: float = 1.0) -> Image.Image:
    """A copy of the picture with all the marks on it, whatever their `on` says.

    scale: what the marks' coordinates are multiplied by, for a picture smaller than the photo.
    """
    start = Image.fromarray(canvas.pixels) if isinstance(canvas, Picture) else canvas
    image = start.convert("RGB")  # always a copy
    scaled = [(mark, _scaled(mark.paths, scale)) for mark in marks if mark.paths]
    for mark, paths in scaled:
        if mark.kind in RASTERS and mark.raster:
            _lay(image, mark, paths)
    _stroke(image, [(mark, paths) for mark, paths in scaled if mark.kind not in RASTERS])
    for mark, paths in scaled:
        if mark.label and mark.kind not in RASTERS:  # a head's fourteen would hide the face
            _label(image, mark.label, paths, mark.kind)
    return image


def boxes(faces: Sequence[Face], marks: Iterable[Mark]) -> list[Mark]:
    """A box for each face that has none among the marks; numbered when there are several."""
    have = {mark.face for mark in marks if mark.kind == MarkKind.BOX}
    return [
        Mark(
            model="",
            layer="Boxes",
            kind=MarkKind.BOX,
            paths=(((face.box.left, face.box.top), (face.box.right, face.box.bottom)),),
            face=index,
            label=str(index + 1) if len(faces) > 1 else "",
            on=True,
        )
        for index, face in enumerate(faces)
        if index not in have
    ]


Paths = tuple[tuple[XY, ...], ...]


def _scaled(paths: Paths, scale: float) -> Paths:
    return tuple(tuple((x * scale, y * scale) for x, y in path) for path in paths)


def _unit(image: Image.Image) -> float:
    """The width of a stroke in a photo of this size, pixels."""
    return max(2.0, max(image.size) / 640)


def _colour(tone: str) -> tuple[int, int, int]:
    return ImageColor.getrgb(PALETTE[tone])[:3]


# -- strokes


def _stroke(image: Image.Image, marks: Sequence[tuple[Mark, Paths]]) -> None:
    """All dark edges first, then the lines: a mesh's lines do not cut each other."""
    unit = _unit(image)
    widths = [_width(mark.kind, paths, unit) for mark, paths in marks]
    edges = [max(width * 0.5, 0.75) if width >= unit else max(width * 0.3, 0.4) for width in widths]
    under = _Layer(image)
    for (mark, paths), width, edge in zip(marks, widths, edges, strict=True):
        under.add(mark.kind, paths, width + 2 * edge)
    under.paint(_rgb(DARK), opacity=0.75)
    finest: dict[str, float] = {}
    for (mark, _), width in zip(marks, widths, strict=True):
        finest[mark.tone] = min(width, finest.get(mark.tone, width))
    for tone in sorted(finest, key=finest.__getitem__):  # axes over the mesh, not under it
        layer = _Layer(image)
        for (mark, paths), width in zip(marks, widths, strict=True):
            if mark.tone == tone:
                layer.add(mark.kind, paths, width)
        layer.paint(_colour(tone))


def _rgb(colour: str) -> tuple[int, int, int]:
    return ImageColor.getrgb(colour)[:3]


def _width(kind: MarkKind, paths: Paths, unit: float) -> float:
    """Thinner where strokes stand close: a mesh must not become a blot."""
    if kind == MarkKind.POINTS:
        spacing = sqrt(_spread(paths[0]) / max(len(paths[0]), 1))
        return max(0.8, min(unit * 2.5, spacing * 0.35))
    if kind == MarkKind.LINE:
        lengths = [dist(a, b) for path in paths for a, b in pairwise(path)]
        usual = sorted(lengths)[len(lengths) // 2] if lengths else 0.0
        return max(0.75, min(unit, usual * 0.2)) if len(lengths) > 20 else unit * 1.4
    return unit


def _spread(path: Sequence[XY]) -> float:
    """Area of the rectangle around the points."""
    xs, ys = [x for x, _ in path], [y for _, y in path]
    return (max(xs) - min(xs)) * (max(ys) - min(ys)) if path else 0.0


class _Layer:
    """What is to be painted in one colour, drawn finer than the picture."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self.mask: Image.Image | None = None

    def add(self, kind: MarkKind, paths: Paths, width: float) -> None:
        if self.mask is None:
            self.mask = Image.new("L", (self.image.width * FINE, self.image.height * FINE))
            self.pen = ImageDraw.Draw(self.mask)
        for path in paths:
            fine = [(x * FINE, y * FINE) for x, y in path]
            if kind == MarkKind.POINTS:
                self._dots(fine, width * FINE / 2)
            elif kind == MarkKind.BOX:
                self._line(_corners(fine), width * FINE)
            else:
                self._line(fine, width * FINE)

    def _dots(self, path: Sequence[XY], radius: float) -> None:
        for x, y in path:
            self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

    def _line(self, path: Sequence[XY], width: float) -> None:
        self.pen.line(path, fill=255, width=max(1, round(width)), joint="curve")
        if width > 2 * FINE:  # round ends; nobody sees them on a hairline
            self._dots((path[0], path[-1]), (width - 1) / 2)

    def paint(self, colour: tuple[int, int, int], opacity: float = 1.0) -> None:
        if self.mask is None:
            return
        area = self.mask.getbbox()
        if area is None:
            return
        left, top, right, bottom = (side // FINE for side in area)
        right, bottom = min(right + 1, self.image.width), min(bottom + 1, self.image.height)
        fine = (left * FINE, top * FINE, right * FINE, bottom * FINE)
        mask = self.mask.reduce(FINE, fine).point(lambda value: value * opacity)
        self.image.paste(colour, (left, top, right, bottom), mask)


def _corners(path: Sequence[XY]) -> list[XY]:
    """All four corners of a box, and the first again."""
    (left, top), (right, bottom) = path[0], path[-1]
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


# -- rasters


def _lay(image: Image.Image, mark: Mark, paths: Paths) -> None:
    """A mask in its tone or a heat in the heat's colours, over the box it is stretched on."""
    (left, top), (right, bottom) = paths[0][0], paths[0][-1]
    place = round(left), round(top)
    size = round(right) - place[0], round(bottom) - place[1]
    if min(size) < 1:
        return
    with Image.open(io.BytesIO(mark.raster), formats=["PNG"]) as raster:
        grey = raster.convert("L").resize(size, Image.Resampling.BILINEAR)
    if mark.kind == MarkKind.MASK:
        image.paste(_colour(mark.tone), place + _end(place, size), _faded(grey, MASK_OPACITY))
    else:
        image.paste(_heated(grey), place, _faded(grey, HEAT_OPACITY))


def _end(place: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    return place[0] + size[0], place[1] + size[1]


def _faded(grey: Image.Image, opacity: float) -> Image.Image:
    return grey.point(lambda value: value * opacity)


def _heated(grey: Image.Image) -> Image.Image:
    stops = [_rgb(colour) for colour in HEAT]
    steps = len(stops) - 1
    table = []
    for channel in range(3):
        for value in range(256):
            at = min(int(value / 256 * steps), steps - 1)
            part = value / 255 * steps - at
            low, high = stops[at][channel], stops[at + 1][channel]
            table.append(round(min(max(low + (high - low) * part, 0), 255)))
    return Image.merge("RGB", (grey, grey, grey)).point(table)


# -- labels


def _label(image: Image.Image, text: str, paths: Paths, kind: MarkKind) -> None:
    """The words on a dark plate: over a box, at a line's end, always inside the picture."""
    size = max(11.0, max(image.size) / 64)
    font, text = _lettering(text, size)
    padding = size * 0.3
    left, top, right, bottom = font.getbbox(text)
    width, height = right - left + 2 * padding, bottom - top + 2 * padding
    x, y = _anchor(paths, kind, height, _unit(image))
    x = min(max(x, 0.0), image.width - width)
    y = min(max(y, 0.0), image.height - height)
    plate = Image.new("L", (round(width), round(height)))
    ImageDraw.Draw(plate).rounded_rectangle(
        (0, 0, plate.width - 1, plate.height - 1), size * 0.2, fill=round(255 * PLATE_OPACITY)
    )
    place = round(x), round(y)
    image.paste(_rgb(DARK), place + _end(place, plate.size), plate)
    ImageDraw.Draw(image).text(
        (place[0] + padding - left, place[1] + padding - top), text, fill=LIGHT, font=font
    )


def _lettering(text: str, size: float) -> tuple[ImageFont.FreeTypeFont, str]:
    """A font and what of the text it can write. Pillow's own knows no accents, so a system's
    font is taken for those where there is one, and they are left away where there is none."""
    if not text.isascii():
        with contextlib.suppress(OSError):
            return ImageFont.truetype("DejaVuSans.ttf", size), text
        bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        text = bare or "?"
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101  # wheels hold FreeType
    return font, text


def _anchor(paths: Paths, kind: MarkKind, height: float, unit: float) -> XY:
    if kind == MarkKind.LINE:
        x, y = paths[0][-1]
        return x + 2 * unit, y - height / 2
    xs = [x for path in paths for x, _ in path]
    ys = [y for path in paths for _, y in path]
    return min(xs) - unit, min(ys) - height - unit
