"""Lays the skin of every face into one frame, whatever its turn and expression, by its mesh.

The frame is SIDE x SIDE pixels: the average face seen from in front. What mesh vertex lies where in
it is read from occlusion.npz, which `python -m tests.fitting.occlusion` writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.landmarks import OVAL
from ml.runtimes import Floats
from ml.types import Picture

SIDE = 64
UNIT, MIDDLE = 36.0, 0.24  # pixels between the eyes' outer corners; units that the middle is below
COARSE = 24  # pixels of the side of what is kept of faces: enough for brows and lips, for nobody
CHIP, PADDING = 128, 0.5  # of the photo's cut; the eyes come 47 pixels apart
# Of the usual area that a pixel of the frame takes in the photo: below it the skin is seen at a
# grazing angle or not at all.
GRAZING = 0.15
DARK = 16.0  # is added to colours before their logarithm, so that noise in the dark stays small
GREY = np.array([0.299, 0.587, 0.114], np.float32)
FITTED = Path(__file__).with_name("occlusion.npz")
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """inside: SIDE x SIDE, the face's oval. corners: P x 3, of the triangle of mesh vertices that
    each pixel inside lies in; weights: P x 3, how much of each. places: 468 x 2, of the vertices,
    in pixels."""

    inside: Mask
    corners: NDArray[np.intp]
    weights: Floats
    places: Floats

    def spread(self, values: NDArray[Any]) -> Floats:
        """What each vertex has (468 x C), between them: SIDE x SIDE x C, 0 outside."""
        mixed = np.zeros((SIDE, SIDE, values.shape[1]), np.float32)
        first, second, third = (
            self.weights[:, [one]] * values[self.corners[:, one]] for one in range(3)
        )
        mixed[self.inside] = first + second + third
        return mixed


def placed(average: NDArray[Any]) -> Floats:
    """Where the vertices of the average frontal mesh (468 x 2 or 3, see ml.frontal) lie."""
    middle = (SIDE - 1) / 2
    places: Floats = ((average[:, :2] - (0, MIDDLE)) * UNIT + middle).astype(np.float32)
    return places


def laid(places: NDArray[Any]) -> Layout:
    """A layout of vertices that lie there (468 x 2)."""
    import cv2
    from scipy.spatial import Delaunay

    oval = np.zeros((SIDE, SIDE), np.uint8)
    outline = cv2.convexHull(places[list(OVAL)].round().astype(np.int32))
    cv2.fillConvexPoly(oval, outline, 1)
    rows, columns = np.nonzero(oval)
    points = np.column_stack([columns, rows]).astype(np.float64)
    net = Delaunay(places)
    found = net.find_simplex(points)
    kept = found >= 0
    oval[rows[~kept], columns[~kept]] = 0
    found, points = found[kept], points[kept]
    turn = net.transform[found]
    two = np.einsum("pij,pj->pi", turn[:, :2], points - turn[:, 2])
    weights = np.column_stack([two, 1 - two.sum(1)]).astype(np.float32)
    return Layout(oval.astype(bool), net.simplices[found], weights, places.astype(np.float32))


@cache
def fitted() -> Mapping[str, Floats]:
    """What was measured: places (468 x 2), usual and spread (SIDE x SIDE x 3, see face_misfit; kept
    as COARSE x COARSE)."""
    with np.load(FITTED) as file:
        kept = {name: file[name].astype(np.float32) for name in file.files}
    return {"places": kept["places"], **{name: fine(kept[name]) for name in ("usual", "spread")}}


def fine(coarse: Floats) -> Floats:
    """COARSE x COARSE x 3 as SIDE x SIDE x 3."""
    import cv2

    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC))


@cache
def layout() -> Layout:
    return laid(fitted()["places"])


def beyond(values: Floats) -> Floats:
    """SIDE x SIDE or SIDE x SIDE x C, with what the face's rim has repeated outside of it."""
    rows, columns = nearest_inside()
    made: Floats = values[rows, columns]
    return made


@cache
def nearest_inside() -> NDArray[np.intp]:
    """2 x SIDE x SIDE: the row and the column of the nearest pixel of the face."""
    from scipy.ndimage import distance_transform_edt

    found: NDArray[np.intp] = distance_transform_edt(
        ~layout().inside, return_distances=False, return_indices=True
    )
    return found


@dataclass(frozen=True, eq=False)
class Skin:
    """A face in the frame. pixels: SIDE x SIDE x 3, RGB. seen: SIDE x SIDE, where the photo shows
    its skin. places: SIDE x SIDE x 2, where each pixel lies in the chip of CHIP x CHIP that
    `transform` cuts out of the photo."""

    pixels: NDArray[np.uint8]
    seen: Mask
    places: Floats
    transform: geometry.Matrix

    @cached_property
    def told(self) -> Floats:
        """SIDE x SIDE x 3: the pixels as `logarithms` tells them."""
        return logarithms(self.pixels)


def logarithms(pixels: NDArray[np.uint8]) -> Floats:
    """... x 3, RGB, as lightness, red to green, blue to green; softened lightly by DARK."""
    colours = np.log(pixels.astype(np.float32) + DARK)
    light = np.log(pixels @ GREY + DARK)
    told: Floats = np.stack(
        [light, colours[..., 0] - colours[..., 1], colours[..., 2] - colours[..., 1]], -1
    )
    return told


def skin(picture: Picture, mesh: Floats, frame: Layout) -> Skin:
    """The mesh's face."""
    import cv2

    matrix = alignment.cut(mesh, CHIP, PADDING)
    chip = geometry.chip(picture, matrix, CHIP, repeat_border=True)
    places = frame.spread(geometry.moved(matrix, mesh[:, :2]))
    pixels: Any = cv2.remap(
        chip, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    facing = areas(places) > GRAZING
    seen = facing & frame.inside & in_photo(places, matrix, picture.size)
    return Skin(pixels, seen, places, matrix)


def areas(places: Floats) -> Floats:
    """How much of the chip each pixel of the frame takes, of what it would take from in front;
    negative where the skin is seen from behind."""
    down: Any
    across: Any
    down, across = np.gradient(places, axis=(0, 1))
    area: Floats = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
    straight = alignment.template(CHIP, PADDING)[0, 0] - alignment.template(CHIP, PADDING)[2, 0]
    usual: Floats = area / (straight / UNIT) ** 2
    return usual


def in_photo(places: Floats, transform: geometry.Matrix, size: tuple[int, int]) -> Mask:
    """Which of the places in the chip the photo shows."""
    back = geometry.moved(geometry.inverse(transform), places.reshape(-1, 2))
    there: Mask = ((back >= 0) & (back <= np.array(size) - 1)).all(1).reshape(SIDE, SIDE)
    return there
