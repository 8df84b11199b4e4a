"""Reads what hands do near a face off their points: nothing was trained for it."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

import numpy as np

from ml import alignment, geometry
from ml.contracts import HANDS, MESH, Hand, Output, View
from ml.facewise import TOO_SMALL
from ml.landmarks import OVAL
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.types import Reading

NAME = "points-gestures"
EYES_APART = 12.0  # pixels: a finger on the face is then two wide
TOUCHING = 3  # points of a hand within the face's outline: fewer are a fist held beside it
RAISED = 0.9  # heights of the face below the top of the forehead: above it a hand is raised
DATE, COMMAND = "2026-11-25", "python -m tests.fitting.gestures FOLDER"
NONE_SEEN = "none seen"  # which is not "no": more are missed than found

GESTURES: Task[Any] = Task("gestures", "Gestures", NoneType, group=Group.EXPRESSION)


@register(
    ModelCard(
        name=NAME,
        title="Gestures from points of hands",
        task=GESTURES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, HANDS),
        paper="Hand points within the outline of the face mesh, or beside and above the mouth",
        known_limits=(
            "Misses more than half of the hands on faces and half of the raised ones, as no hand "
            "is found there; takes a hand held before the face for one on it, and sometimes a "
            "neighbour's raised hand for the person's own."
        ),
        measured=(
            *figures(
                "LFW, 384 photos, all looked at by eye",
                DATE,
                COMMAND,
                {
                    "right when it says hand on face": "4 of 5",
                    "hands on faces found": "4 of 10",
                    "right when it says raised hand": "10 of 12",
                    "raised hands found": "10 of 19",
                },
            ),
            *figures(
                "LFW, 1,300 other photos; the outline's threshold was chosen with them in view",
                DATE,
                COMMAND,
                {
                    "right when it says hand on face": "14 of 16",
                    "right when it says raised hand": "37 of 44",
                },
            ),
        ),
    )
)
class Gestures(Model):
    """Hand on face and raised hand, a face."""

    def run(self, view: View) -> Output:
        meshes = view.data(MESH).points
        hands = view.data(HANDS).hands
        readings = [one for i, mesh in enumerate(meshes) for one in said(i, mesh, hands)]
        return Output(readings=tuple(readings))


def said(face: int, mesh: Floats | None, hands: tuple[Hand, ...]) -> Iterator[Reading]:
    if mesh is None or alignment.eye_distance(mesh) < EYES_APART:
        for name in ("hand on face", "raised hand"):
            yield Reading(NAME, name, None, face=face, note=TOO_SMALL)
    else:
        own = [hand for hand in hands if hand.face == face]
        on = [(hand, where) for hand in own if (where := on_face(hand, mesh))]
        up = [hand for hand in own if not on_face(hand, mesh) and raised(hand, mesh)]
        where, score = (on[0][1], on[0][0].score) if on else (NONE_SEEN, None)
        yield Reading(NAME, "hand on face", where, score, face)
        word, score = ("yes", up[0].score) if up else (NONE_SEEN, None)
        yield Reading(NAME, "raised hand", word, score, face)


def upright(points: Floats, mesh: Floats) -> Floats:
    """Points (N x 2) as seen by the face: x from its middle line to the photo's right side when it
    is upright, y from 0 at the top of the forehead to 1 at the chin, in heights of the face."""
    top, chin = mesh[[geometry.FOREHEAD, geometry.CHIN], :2].astype(np.float64)
    down = (chin - top) / (((chin - top) ** 2).sum() or 1.0)
    off = points - top
    turned = np.stack([off @ np.array([down[1], -down[0]]), off @ down], 1)
    seen: Floats = turned.astype(np.float32)
    return seen


def on_face(hand: Hand, mesh: Floats) -> str:
    """The part of the face that most of the hand's points within its outline lie on; "" when
    too few do."""
    import cv2

    outline = mesh[list(OVAL), :2].astype(np.float32)
    inside = [
        point
        for point in hand.points.astype(float).tolist()
        if cv2.pointPolygonTest(outline, point, measureDist=False) > 0
    ]
    if len(inside) < TOUCHING:
        return ""
    x, y = np.median(upright(np.array(inside, np.float32), mesh), axis=0).tolist()
    return part(abs(x), y)


def part(aside: float, down: float) -> str:
    """aside, down: in heights of the face, from its middle line and the top of the forehead."""
    if down < 0.3:
        return "forehead"
    if down > 0.85:
        return "chin"
    if aside > 0.25:
        return "cheek" if down > 0.45 else "temple"
    return "eyes" if down < 0.5 else "nose" if down < 0.62 else "mouth"


def raised(hand: Hand, mesh: Floats) -> bool:
    """Whether most of the hand is above the mouth."""
    return bool(np.median(upright(hand.points, mesh)[:, 1]) < RAISED)
