"""Who looks at whom, and whether several look at one point: guesses from gazes and face sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import atan, degrees, exp, hypot

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.contracts import Gaze
from ml.runtimes import Floats
from ml.types import Reading

Vector = NDArray[np.float64]

FOCAL = 1.0  # of the lens, in long sides of the photo: between a telephone's and a portrait's
APART = 97.0  # millimetres between the outer corners of the eyes, as the mesh has them
HEAD = 120.0  # millimetres from between the eyes to where a look still meets the head
# How much nearer or further a face may be than its size says: heads differ, and children's more.
DEPTHS = (0.8, 0.9, 1.0, 1.1, 1.25)
BESIDE, WIDTH = 8.0, 4.0  # degrees beside a head where a look at it is even odds; how soon it fades
AT_LEAST = 0.5  # of the score that is told
ACROSS = 0.3  # of a gaze must lie across the photo to be followed there
NEAR = 6.0  # degrees by which a ray may miss the point that several look at
SEVERAL = 3  # two rays meet somewhere more often than not


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A face in the photo and, by its size, before the camera.

    face: its index. eyes: pixels between which it looks out, x and y. size: pixels between the
    outer corners of the eyes. place: millimetres from the camera, axes as the photo's frame.
    """

    face: int
    eyes: Vector
    size: float
    place: Vector


def heads(size: tuple[int, int], meshes: Sequence[Floats | None]) -> list[Head]:
    """The heads of a photo so wide and high; faces without a mesh are left out."""
    return [
        head(size, face, mesh)
        for face, mesh in enumerate(meshes)
        if mesh is not None and alignment.eye_distance(mesh) > 0
    ]


def head(size: tuple[int, int], face: int, mesh: Floats) -> Head:
    eyes, apart = between_eyes(mesh), alignment.eye_distance(mesh)
    focal = FOCAL * max(size)
    x, y = eyes - (np.array(size) - 1) / 2
    return Head(face, eyes, apart, np.array([x, y, focal]) * APART / apart)


def between_eyes(mesh: Floats) -> Vector:
    """x and y of the middle between the outer corners of the eyes."""
    middle: Vector = mesh[[geometry.RIGHT_EYE, geometry.LEFT_EYE], :2].astype(np.float64).mean(0)
    return middle


def readings(model: str, heads: Sequence[Head], gazes: Mapping[int, Gaze]) -> Iterator[Reading]:
    """What is read of the photo as a whole; nothing unless there are two heads.

    gazes: by face, of those that do not look at the camera.
    """
    lookers = [head for head in heads if head.face in gazes]
    for looker in lookers:
        others = [head for head in heads if head is not looker]
        target, score = looked_at(looker, gazes[looker.face], others)
        if target is not None:
            name = f"face {looker.face + 1} looks at"
            yield Reading(model, name, float(target + 1), round(score, 4), unit="face")
    count, score = shared([(one.eyes, one.size, gazes[one.face]) for one in lookers])
    if count:
        yield Reading(model, "may look at one point", float(count), round(score, 4), unit="faces")


def looked_at(looker: Head, gaze: Gaze, others: Sequence[Head]) -> tuple[int | None, float]:
    """The face that is looked at and how likely, 0..1; None where none is likely enough.

    Heads behind one another share what there is to say for either.
    """
    line = in_room(gaze, looker.place)
    odds = [odds_of(line, looker.place, other.place) for other in others]
    if not odds:
        return None, 0.0
    best = int(np.argmax(odds))
    score = odds[best] ** 2 / sum(odds)
    return (others[best].face, score) if score >= AT_LEAST else (None, score)


def in_room(gaze: Gaze, place: Vector) -> Vector:
    """The gaze in the camera's frame. It was read along the line from the camera to the face,
    which leans the more the nearer the face is to the photo's border."""
    ahead = place / np.linalg.norm(place)
    right = np.array([1.0, 0, 0]) - ahead[0] * ahead
    right /= np.linalg.norm(right)
    line: Vector = np.column_stack([right, np.cross(ahead, right), ahead]) @ gaze.vector
    return line


def odds_of(line: Vector, start: Vector, target: Vector) -> float:
    """How likely a look along the line meets a head, whichever of DEPTHS suits it best."""
    ways = [target * depth - start for depth in DEPTHS]
    beside = min(angle(line, way) - degrees(atan(HEAD / np.linalg.norm(way))) for way in ways)
    return 1 / (1 + exp((max(beside, 0.0) - BESIDE) / WIDTH))


def angle(a: Vector, b: Vector) -> float:
    """Degrees between two directions."""
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def shared(rays: Sequence[tuple[Vector, float, Gaze]]) -> tuple[int, float]:
    """How many gazes seem to meet in one point of the photo, and the score of it; 0 for none.

    rays: pixels where each begins, the face's size, and the gaze. Without depth, lines that meet
    in a photo need not meet in the room.
    """
    flat = [
        (eyes, size, np.array(gaze.vector[:2]))
        for eyes, size, gaze in rays
        if hypot(*gaze.vector[:2]) >= ACROSS
    ]
    points = [crossing(a[0], a[2], b[0], b[2]) for a, b in combinations(flat, 2)]
    found = [meeting(point, flat) for point in points if point is not None]
    count, score = max(found, default=(0, 0.0))
    return (count, score) if count >= SEVERAL and score >= AT_LEAST else (0, 0.0)


def crossing(a: Vector, along: Vector, b: Vector, other: Vector) -> Vector | None:
    """Where two lines meet; None for parallels."""
    across = along[0] * other[1] - along[1] * other[0]
    if abs(across) < 1e-6:
        return None
    way = b - a
    point: Vector = a + along * (way[0] * other[1] - way[1] * other[0]) / across
    return point


def meeting(point: Vector, rays: Sequence[tuple[Vector, float, Vector]]) -> tuple[int, float]:
    """How many rays pass by the point, ahead of the faces they come from, and how closely: the
    score is 1 for all of them hitting it, and less by those that look elsewhere."""
    beside = [
        angle(along, point - eyes)
        for eyes, size, along in rays
        if np.linalg.norm(point - eyes) > 2 * size
    ]
    near = [one for one in beside if one <= NEAR]
    return len(near), sum(1 - one / NEAR / 2 for one in near) / len(rays)
