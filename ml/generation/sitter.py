"""The person a portrait is made of, as one photo shows them: pixels, mesh, outline, background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry, matting
from ml.contracts import IRIS, MESH, PARSING, PERSON_MASK, Iris, Parsed, View
from ml.contracts.portraits import Beside, Together
from ml.generation.neighbours import Bust, alone
from ml.landmarks import OVAL
from ml.shape.surface import Points, opposite
from ml.types import Picture

Floats = NDArray[np.float32]
AROUND = 2.9  # side of the portrait, in heights of the face
LOWER = 0.1  # how far below the face's middle the portrait's middle lies, in the same
SURE, LIKELY = 0.9, 0.6  # what a head's own look says against the look at the whole photo
SMALL = 0.3  # of the sitter's face: whose is smaller is too far behind to be told from things
SIDES = ("Right", "Left")
# Vertices of the person's right eye that the look at an eye tells, in its order: the lids, then two
# rings around them.
LIDS = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
)
SOFT = 1 / 190  # of the side: the two looks' seams are softened by so much before edges are sought


@dataclass(frozen=True, slots=True)
class Eye:
    """The iris of one eye, in the portrait's pixels."""

    centre: tuple[float, float]
    radius: float


Eyes = Mapping[str, Eye | None]  # of SIDES; None where the iris is not seen


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """What another photo shows of the face. pixels: S x S x 3, RGB, 0..1. mesh: 468 x 3 in them."""

    pixels: Floats
    mesh: Points


@dataclass(frozen=True, slots=True)
class Sight:
    """One face and what is in sight of it.

    pixels: S x S x 3, RGB, 0..1. mesh: 468 x 3 in its pixels, z away. alpha: S x S, 0..1, the
    person and nobody else. transform: from the photo to it. eyes: where its irises are. others:
    what other photos show of it, which agree and told how deep it is, too.
    """

    pixels: Floats
    mesh: Points
    alpha: Floats
    transform: geometry.Matrix
    eyes: Eyes
    others: tuple[Skin, ...] = ()


class Sitter:
    """What every portrait of one photo shares, each worked out once."""

    def __init__(self, sight: Sight) -> None:
        self.pixels, self.mesh, self.alpha = sight.pixels, sight.mesh, sight.alpha
        self.transform, self.eyes, self.others = sight.transform, sight.eyes, sight.others
        self.unit = alignment.eye_distance(sight.mesh)
        self.axes = geometry.axes(sight.mesh)
        self.pose = geometry.pose(self.axes)

    @property
    def size(self) -> int:
        return len(self.pixels)

    @cached_property
    def front(self) -> Floats:
        """The person's own colours, also where the background shines through at the edge."""
        return matting.foreground(self.pixels, self.alpha)

    @cached_property
    def behind(self) -> Floats:
        """The background, with what is hidden by the person filled in from around."""
        import cv2

        far = cv2.erode((self.alpha < 0.05).astype(np.float32), np.ones((9, 9)))
        return matting.filled(self.pixels, np.asarray(far, np.float32))


def square(picture: Picture, mesh: NDArray[Any], size: int) -> geometry.Matrix:
    """The transform that cuts a portrait out of the photo, within the photo where it is large
    enough. mesh: 468 x 3 in pixels of the photo."""
    height = float(np.linalg.norm(mesh[geometry.FOREHEAD] - mesh[geometry.CHIN]))
    x, y = (mesh[geometry.FOREHEAD] + mesh[geometry.CHIN])[:2] / 2 + (0, LOWER * height)
    side = min(AROUND * height, *picture.size)
    wide, high = picture.size
    centre = (
        float(np.clip(x, side / 2, wide - side / 2)),
        float(np.clip(y, side / 2, high - side / 2)),
    )
    return geometry.square(centre, side, 0.0, size)


def sitter(view: View, face: int, size: int, together: Together | None = None) -> Sitter:
    """view: with MESH, IRIS, PARSING and PERSON_MASK. face: which; it has a mesh and a parsed head.
    size: pixels of the portrait's side. together: the face with further photos of the person that
    agree with this one (ml.generation.fusing)."""
    import cv2

    mesh, head = view.data(MESH).points[face], view.data(PARSING).heads[face]
    assert mesh is not None and head is not None  # noqa: S101  asked before
    transform = square(view.picture, mesh, size)
    deep = mesh if together is None else together.mesh
    pixels, placed = cut(Beside(view.picture, deep), transform, size)
    own, soft = looks(view.data(PERSON_MASK).soft, view.picture, head, transform, size)
    middle, high = face_of(placed)
    soft = alone(soft, own, pixels, Bust(middle, high), beside(view, face, transform, high))
    softened: Any = cv2.GaussianBlur(soft, (0, 0), SOFT * size)
    alpha = np.maximum(matting.refined(softened, pixels), oval(placed, size))
    eyes = view.data(IRIS).eyes[face] or (None, None)
    seen = {
        side: None if iris is None else placed_in(transform, iris)
        for side, iris in zip(SIDES, eyes, strict=True)
    }
    skins = () if together is None else tuple(skin(one, size) for one in together.others)
    return Sitter(Sight(pixels, lidded(placed, transform, eyes), alpha, transform, seen, skins))


def skin(face: Beside, size: int) -> Skin:
    return Skin(*cut(face, square(face.picture, face.mesh, size), size))


def cut(face: Beside, transform: geometry.Matrix, size: int) -> tuple[Floats, Points]:
    """S x S x 3, RGB, 0..1, as the transform cuts it out of the photo, and the mesh in it."""
    pixels = geometry.chip(face.picture, transform, size, repeat_border=True).astype(np.float32)
    pixels /= np.float32(255)
    flat = geometry.moved(transform, face.mesh[:, :2])
    return pixels, np.column_stack([flat, face.mesh[:, 2] * geometry.scale(transform)])


def placed_in(transform: geometry.Matrix, iris: Iris) -> Eye:
    ((x, y),) = geometry.moved(transform, iris.points[:1])
    return Eye((float(x), float(y)), iris.diameter / 2 * geometry.scale(transform))


def lidded(
    mesh: Points, transform: geometry.Matrix, eyes: tuple[Iris | None, Iris | None]
) -> Points:
    """The mesh with its lids where the look at each eye has them, which sees them closer."""
    made = mesh.copy()
    for iris, rows in zip(eyes, (np.array(LIDS), opposite()[list(LIDS)]), strict=True):
        if iris is not None:
            made[rows, :2] = geometry.moved(transform, iris.contour[: len(rows)])
    return made


def face_of(mesh: NDArray[Any]) -> tuple[tuple[float, float], float]:
    """The middle of a face and its height, in pixels."""
    ends = mesh[[geometry.FOREHEAD, geometry.CHIN], :2]
    x, y = ends.mean(0)
    return (float(x), float(y)), float(np.linalg.norm(ends[0] - ends[1]))


def beside(view: View, face: int, transform: geometry.Matrix, high: float) -> list[Bust]:
    """The other people of the photo, in the portrait's pixels. high: the sitter's face."""
    found = []
    for number, other in enumerate(view.faces):
        size = (other.box.bottom - other.box.top) * geometry.scale(transform)
        if number != face and size > SMALL * high:
            x, y = geometry.moved(transform, np.array([other.box.centre]))[0]
            found.append(Bust((float(x), float(y)), size))
    return found


def looks(
    soft: Floats, picture: Picture, head: Parsed, transform: geometry.Matrix, size: int
) -> tuple[Floats, Floats]:
    """S x S each. What the head's own look says, which knows its hair and whose head it is: 1 the
    sitter, 0 not, -1 where it does not look. And how likely each pixel is of somebody, 0..1: the
    look at the whole photo knows bodies."""
    import cv2

    body = cv2.warpAffine(
        soft,
        onto(transform, stretched(soft.shape, picture)),
        (size, size),
        borderMode=cv2.BORDER_REPLICATE,
    )
    labels = (head.labels > 0).astype(np.float32)
    own = cv2.warpAffine(labels, onto(transform, head.transform), (size, size), borderValue=-1.0)
    mixed = np.where(own >= 0, np.maximum(SURE * own, LIKELY * body), body).astype(np.float32)
    return np.asarray(own, np.float32), mixed


def stretched(shape: tuple[int, ...], picture: Picture) -> geometry.Matrix:
    """From pixels of the photo to pixels of a mask that is stretched over it."""
    high, wide = shape[:2]
    across, down = wide / picture.size[0], high / picture.size[1]
    return np.array([(across, 0, (across - 1) / 2), (0, down, (down - 1) / 2)])


def onto(transform: geometry.Matrix, other: geometry.Matrix) -> geometry.Matrix:
    """From the pixels that `other` leads to, to those that `transform` leads to; both start at the
    same photo."""
    last = (0, 0, 1)
    both: geometry.Matrix = np.vstack([transform, last]) @ np.linalg.inv(np.vstack([other, last]))
    return both[:2]


def oval(mesh: Points, size: int) -> Floats:
    """S x S: the face itself, which is the person's whatever the looks say; soft within."""
    import cv2

    there = np.zeros((size, size), np.float32)
    hull: Any = cv2.convexHull(np.round(mesh[list(OVAL), :2]).astype(np.int32))
    cv2.fillPoly(there, [hull], 1.0)
    soft: Any = cv2.GaussianBlur(there, (0, 0), size / 380)
    return soft * there  # type: ignore[no-any-return]
