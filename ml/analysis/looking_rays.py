"""Reads who looks at whom, and what several people look at: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import degrees, hypot

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.analysis import heads
from ml.analysis.eyes import gap
from ml.analysis.gaze_iris import BLUR, CLOSED, RADIUS, SHUT
from ml.analysis.iris_mediapipe import TURNED
from ml.analysis.meeting import LEAST, meeting
from ml.contracts import GAZE, IRIS, MESH, POSE, Output, View
from ml.facewise import TOO_SMALL
from ml.registry import Commercial, Group, Model, ModelCard, Sensitive, Task, register
from ml.types import XY, Mark, MarkKind, Reading

NAME = "ray-looking"
# Degrees that a gaze is off, and the look of eyes that are not seen from the turn of their head.
# No photo here tells how much it is: the first is twice what mirrored photos differ by and more,
# the second what eyes turn in their sockets unnoticed.
GAZE_OFF, HEAD_OFF = 10.0, 22.0
SURE = 0.7
AT_CAMERA = np.radians(20.0)  # who looks no further beside the camera looks at no other place
BY_HEAD = "by the turn of the head"
ALONE = "no other face in the photo"
LOOKS_AT, CONTACT, TOGETHER = "looks at", "eye contact with", "faces looking at one place"
ANOTHER, NONE = "another face", "no other face"


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """scores: N x N float64, how likely each face (row) looks at each other one (column), 0..1;
    a row of noughts where it is not known where a face looks."""

    scores: NDArray[np.float64]


LOOKING: Task[Looks] = Task("looking", "Who looks at whom", Looks, group=Group.WHERE)


@dataclass(frozen=True, slots=True)
class Look:
    """vector: as in ml.contracts.Gaze. off: degrees. by_head: whether the eyes were not seen."""

    vector: tuple[float, float, float]
    off: float
    by_head: bool = False


@register(
    ModelCard(
        name=NAME,
        title="Who looks at whom",
        task=LOOKING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, IRIS, GAZE),
        sensitive=Sensitive.ATTENTION,
        paper=(
            "Rays from the eyes to heads placed by their size, after Marin-Jimenez et al., "
            "Detecting People Looking at Each Other in Videos, 2014"
        ),
        known_limits=(
            "Not measured: there was no photo in which it is known who looks at whom; gaze is off "
            "by ten degrees and more, how far away a head is comes from its size alone, so that "
            "children seem far off, and people in profile, who often look at each other, are left "
            "out."
        ),
    )
)
class RayLooking(Model):
    """Of each face whether it looks at another, and of all whether they look at one place."""

    def run(self, view: View) -> Output:
        meshes, poses = view.data(MESH).points, view.data(POSE).poses
        found = [look(view, face) for face in range(len(view.faces))]
        place = heads.room(view.faces, meshes, poses, view.picture.size)
        known = [one if isinstance(one, Look) else None for one in found]
        vectors = np.array([one.vector if one else (np.nan,) * 3 for one in known]).reshape(-1, 3)
        spread = np.radians([one.off if one else 1.0 for one in known])
        directions = heads.turned(vectors, place.eyes)
        scores = heads.met(place, directions, spread)
        readings = [
            reading for face, one in enumerate(found) for reading in said(face, one, scores)
        ]
        readings += contacts(known, scores)
        marks = [mark for face in range(len(found)) for mark in line(place, face, scores[face])]
        if len(found) >= LEAST:
            reading, more = together(place, known, directions, scores)
            readings.append(reading)
            marks += more
        return Output(readings=tuple(readings), marks=tuple(marks), data=Looks(scores))


def look(view: View, face: int) -> Look | str:
    """Where a face looks, by its eyes or else by its head; or why that is not known."""
    mesh, pose = view.data(MESH).points[face], view.data(POSE).poses[face]
    gaze, eyes = view.data(GAZE).gazes[face], view.data(IRIS).eyes[face]
    if mesh is None:
        return TOO_SMALL
    if pose is None:
        return TURNED
    if gaze is not None:
        blur = degrees(BLUR / (RADIUS * alignment.eye_distance(mesh)))
        return Look(gaze.vector, hypot(GAZE_OFF, blur))
    seen = [eye for eye in eyes or () if eye is not None]
    if seen and max(map(gap, seen)) < SHUT:
        return CLOSED
    x, y, z = (-float(value) for value in geometry.axes(mesh)[:, 2])
    return Look((x, y, z), HEAD_OFF, by_head=True)


def said(face: int, found: Look | str, scores: NDArray[np.float64]) -> Iterator[Reading]:
    """Whether it looks at another face; unsure where that is not likely either way."""
    if len(scores) < 2 or isinstance(found, str):
        note = ALONE if len(scores) < 2 else str(found)
        yield Reading(NAME, LOOKS_AT, None, face=face, note=note)
        return
    note = BY_HEAD if found.by_head else ""
    other, none = int(scores[face].argmax()), 1 - float(scores[face].sum())
    likely = float(scores[face, other])
    if likely >= SURE:
        yield Reading(NAME, LOOKS_AT, ANOTHER, round(likely, 4), face, note=note, other=other)
    else:
        word = NONE if none >= SURE else "unsure"
        score = min(max(likely, none, 0.0), 1.0)
        yield Reading(NAME, LOOKS_AT, word, round(score, 4), face, note=note)


def contacts(known: list[Look | None], scores: NDArray[np.float64]) -> Iterator[Reading]:
    """Pairs that look at each other, told of both; where the eyes of both are seen only."""
    by_eyes = np.array([one is not None and not one.by_head for one in known], bool)
    both = (scores >= SURE) & (scores.T >= SURE) & by_eyes & by_eyes[:, None]
    for face, other in np.argwhere(both).tolist():
        score = round(float(scores[face, other] * scores[other, face]), 4)
        yield Reading(NAME, CONTACT, ANOTHER, score, face, other=other)


def line(place: heads.Room, face: int, scores: NDArray[np.float64]) -> Iterator[Mark]:
    """From between the eyes of a face to the face that it looks at."""
    other = int(scores.argmax())
    if scores[other] >= SURE:
        path = dot(place, place.eyes[face]), dot(place, place.heads[other])
        yield Mark(NAME, "Looks at", MarkKind.LINE, (path,), face, tone="accent")


def dot(place: heads.Room, point: NDArray[np.float64]) -> XY:
    """Where a face is in the photo, or beyond its border."""
    x, y = heads.shown(place.size, point)
    return round(x, 1), round(y, 1)


def together(
    place: heads.Room,
    known: list[Look | None],
    directions: NDArray[np.float64],
    scores: NDArray[np.float64],
) -> tuple[Reading, list[Mark]]:
    """How many look at one place that is neither a face nor the camera, and that place."""
    seen = [i for i, one in enumerate(known) if one is not None and not one.by_head]
    if len(seen) < LEAST:
        note = "fewer than three faces whose eyes are seen"
        return Reading(NAME, TOGETHER, None, note=note), []
    camera = heads.beside(directions, -place.eyes / np.linalg.norm(place.eyes, axis=1)[:, None])
    free = [i for i in seen if camera[i] > AT_CAMERA and scores[i].sum() < 1 - SURE]
    off = np.radians([one.off for i in free if (one := known[i])])
    found = meeting(place.eyes[free], directions[free], off) if len(free) >= LEAST else None
    if found is None:
        return Reading(NAME, TOGETHER, 0), []
    spot = place.seen(found[0])
    marks = []
    if spot is not None:
        there = round(spot[0], 1), round(spot[1], 1)
        rays = tuple((dot(place, place.eyes[free[one]]), there) for one in found[1])
        marks = [Mark(NAME, "Shared attention", MarkKind.LINE, rays, tone="warm")]
    return Reading(NAME, TOGETHER, len(found[1])), marks
