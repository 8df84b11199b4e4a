"""Whether the small picture that a camera put into the file shows the same as the large one.

Who changes a photo without renewing it leaves the old one behind. Cameras differ in how they make
it (tones, sharpness, black bars, cut sides): all that is fitted or allowed for. Source of the idea:
Kee and Farid, Digital Image Authentication from Thumbnails, 2010.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import traces
from ml.authenticity.traces import NO_FILE, Traces
from ml.contracts import Output, View
from ml.raster import png
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Mark, MarkKind, Picture

NAME = "metadata-thumbnail"
THUMBNAIL: Task[None] = Task(
    "thumbnail-match", "The camera's small picture", NoneType, group=Group.EVIDENCE
)
LAYER = "Differs from the camera's small picture"
NONE_THERE = "the file holds no small picture"
# Grey levels around one place: see docs/authenticity.md (`python -m tests.fitting.thumbnails`).
APART = 25.0
ALIKE = 0.9  # correlation below which it is another picture, not the same one changed in a place
EDGE, BLUR, PLACE = 3, 1.0, 1 / 32  # pixels; pixels; part of the longer side
FEWEST = 24  # pixels a side
PLAIN = 4.0  # grey levels of spread: below that everything looks alike
WORD = (
    "As good as what wrote the file: cropping or turning a photo shows in the same way, and most "
    "programs renew the small picture."
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """apart: h x w, grey levels, over the part of the photo between the corners. most: of it.
    alike: correlation of both pictures, -1..1. turned: it fits once turned by a quarter or half."""

    apart: Floats
    corners: tuple[tuple[float, float], tuple[float, float]]
    most: float
    alike: float
    turned: bool = False


@register(
    ModelCard(
        name=NAME,
        title="Thumbnail against photo",
        task=THUMBNAIL,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="Kee and Farid, Digital Image Authentication from Thumbnails, 2010",
        known_limits=(
            "Sees changes larger than about a seventh of the photo's width, and only where a "
            "program left the camera's small picture in the file, which few do."
        ),
    )
)
class MetadataThumbnail(Model):
    """Compares the EXIF thumbnail with the photo made as small."""

    def run(self, view: View) -> Output:
        read = NO_FILE if view.case is None else traces.read(view.case.file)
        found = read if isinstance(read, str) else _comparable(read, view.picture)
        if isinstance(found, str):
            missing = Finding(NAME, "small picture", None, Claim.EDITED, note=found)
            return Output(findings=(missing,))
        compared = best(found, view.picture.pixels)
        in_place = compared.most > APART and compared.alike >= ALIKE
        marks = (_mark(compared),) if in_place else ()
        layer = LAYER if marks else ""
        finding = Finding(
            NAME, "small picture", said(compared), Claim.EDITED, None, WORD, layer=layer
        )
        return Output(findings=(finding,), marks=marks)


def _comparable(found: Traces, picture: Picture) -> NDArray[np.uint8] | str:
    small = found.thumbnail
    if small is None:
        return NONE_THERE
    if min(small.shape[:2]) < FEWEST or min(picture.size) < min(small.shape[:2]):
        return "the small picture, or the photo, is too small to be compared"
    if float(small.mean(axis=2).std()) < PLAIN:
        return "the small picture shows too little to be compared"
    return small


def said(compared: Compared) -> str:
    """What the comparison found, in words."""
    if compared.alike < ALIKE:
        return "shows something else, or another part of it"
    if compared.most > APART:
        return "shows something else in one place"
    return "shows the same, turned" if compared.turned else "shows the same"


def best(small: NDArray[np.uint8], photo: NDArray[np.uint8]) -> Compared:
    """The comparison that fits best of all ways cameras make small pictures, and of turned ones.

    small, photo: H x W x 3, RGB.
    """
    found = []
    for turns in range(4):
        turned = np.rot90(small, turns)
        for part, corners in _ways(turned, photo):
            if _enough(part, corners):
                found.append(_compared(part, photo, corners, turned=turns > 0))
    return max(found, key=lambda one: one.alike)


Corners = tuple[tuple[int, int], tuple[int, int]]


def _ways(
    small: NDArray[np.uint8], photo: NDArray[np.uint8]
) -> Iterator[tuple[NDArray[np.uint8], Corners]]:
    """What of both to compare: all of both, without black bars, or without what was cut off."""
    (high, wide), (height, width) = small.shape[:2], photo.shape[:2]
    whole = ((0, 0), (width, height))
    yield small, whole
    x, y = _margins(wide, high, width / height)
    if x or y:
        yield small[y : high - y, x : wide - x], whole
        x, y = _margins(width, height, wide / high)
        yield small, ((x, y), (width - x, height - y))


def _enough(small: NDArray[np.uint8], corners: Corners) -> bool:
    """Whether pictures of very unlike shapes leave something to compare in both."""
    (left, top), (right, bottom) = corners
    return min(small.shape[:2]) >= 2 * EDGE + 2 and left < right and top < bottom


def _margins(width: int, height: int, shape: float) -> tuple[int, int]:
    """What to leave out left and right, and above and below, to be of that shape."""
    if width / height > shape:
        return round((width - height * shape) / 2), 0
    return 0, round((height - width / shape) / 2)


def _compared(
    small: NDArray[np.uint8], photo: NDArray[np.uint8], corners: Corners, turned: bool
) -> Compared:
    import cv2

    (left, top), (right, bottom) = corners
    size = small.shape[1], small.shape[0]
    shrunk = cv2.resize(photo[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    one, other = _grey(shrunk), _grey(small)
    gain, offset = _tones(one, other)
    apart = np.abs(other - (gain * one + offset))
    place: Floats = np.asarray(cv2.GaussianBlur(apart, (0, 0), max(size) * PLACE), np.float64)
    alike = gain * float(one.std()) / max(float(other.std()), 1e-6)
    ends = (float(left), float(top)), (float(right), float(bottom))
    return Compared(place, ends, float(place.max()), min(alike, 1.0), turned)


def _grey(image: Any) -> Floats:
    """Grey levels, a little blurred, without the edge."""
    import cv2

    blurred = cv2.GaussianBlur(image.astype(np.float64).mean(axis=2), (0, 0), BLUR)
    return np.asarray(blurred, np.float64)[EDGE:-EDGE, EDGE:-EDGE]


def _tones(one: Floats, other: Floats) -> tuple[float, float]:
    """Gain and offset from one picture's grey levels to the other's, by least squares: then the
    gain times both spreads' ratio is their correlation."""
    spread = max(float(one.var()), 1e-6)
    gain = float(((one - one.mean()) * (other - other.mean())).mean()) / spread
    return gain, float(other.mean() - gain * one.mean())


def _mark(compared: Compared) -> Mark:
    """Where they differ; full heat at twice what is usual."""
    heat = (compared.apart / (2 * APART)).clip(0, 1) * 255
    grey = png(heat.astype(np.uint8))
    return Mark(NAME, LAYER, MarkKind.HEAT, (compared.corners,), raster=grey, tone="warm", on=True)
