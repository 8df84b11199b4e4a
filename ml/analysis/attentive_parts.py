"""Sums up what head, eyes and hands show into how attentive someone appears, its parts shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import acos, degrees
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.analysis.eyes import gap
from ml.analysis.gaze_iris import SHUT
from ml.analysis.gestures_points import on_face
from ml.contracts import GAZE, HANDS, IRIS, MESH, POSE, Gaze, Hand, Iris, Output, View
from ml.geometry import forward
from ml.registry import Commercial, Group, Model, ModelCard, Sensitive, Task, register
from ml.runtimes import Floats
from ml.types import Reading

NAME = "parts-attentive"
# Chosen by hand, as there is no truth to fit them to. Degrees beside the camera, or beside where
# the others look, up to which a direction counts in full, and from which on not at all.
FULL = {"head": 15.0, "eyes": 10.0}
NONE = {"head": 50.0, "eyes": 40.0}
WEIGHTS = {"head": 0.4, "eyes": 0.4, "hands": 0.2}
ON_FACE = 0.5  # what a hand on the face counts; another one counts in full
OTHERS, ALIKE = 3, 20.0  # so many others, most of whose heads point within so many degrees
CAMERA = np.array((0.0, 0.0, -1.0))
TOWARDS_CAMERA, TOWARDS_COMMON = "towards the camera", "where the others face"
NO_HEAD, NO_EYES, NO_HANDS = "head not measured", "gaze not measured", "no hand of it seen"
CLOSED = "eyes closed or nearly so"

ATTENTIVE: Task[Any] = Task("attentive", "Appears attentive", NoneType, group=Group.EXPRESSION)
Vector = NDArray[np.float64]


@register(
    ModelCard(
        name=NAME,
        title="Appears attentive, from head, eyes and hands",
        task=ATTENTIVE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE, IRIS, GAZE, HANDS),
        sensitive=Sensitive.ATTENTION,
        paper="A weighted mean of three signs, its weights chosen by hand",
        known_limits=(
            "Not measured against any truth: nobody can see attention in a photo. It says how far "
            "head and eyes point to the camera, or where the others face, and whether a hand is on "
            "the face; someone who listens with closed eyes or reads gets a low number."
        ),
    )
)
class Attentive(Model):
    """The sum and its parts, a face."""

    def run(self, view: View) -> Output:
        meshes, hands = view.data(MESH).points, view.data(HANDS).hands
        poses, gazes, irises = view.data(POSE).poses, view.data(GAZE).gazes, view.data(IRIS).eyes
        heads = [None if pose is None else forward(pose) for pose in poses]
        readings: list[Reading] = []
        for face, mesh in enumerate(meshes):
            own = [hand for hand in hands if hand.face == face]
            target = common(
                [head for i, head in enumerate(heads) if i != face and head is not None]
            )
            parts = {
                "head": towards("head", heads[face], target),
                "eyes": watching(gazes[face], irises[face], target),
                "hands": free(own, mesh),
            }
            readings += said(face, parts)
        return Output(readings=tuple(readings))


Part = tuple[float | None, str]
"""How much a part speaks for attention, 0..1, None where it is not known; and a word on it."""


def common(heads: Sequence[Vector]) -> Vector | None:
    """Where most of the others' heads point; None when they are few or do not agree."""
    if len(heads) < OTHERS:
        return None
    middle = np.median(heads, axis=0)
    middle /= np.linalg.norm(middle) or 1.0
    agree = sum(between(head, middle) < ALIKE for head in heads)
    return middle if 2 * agree > len(heads) else None


def between(one: Vector, other: Vector) -> float:
    """Degrees between two directions."""
    return degrees(acos(float(np.clip(one @ other, -1, 1))))


def towards(part: str, direction: Vector | None, target: Vector | None) -> Part:
    """How nearly a direction meets the camera or the common target, whichever is nearer."""
    if direction is None:
        return None, NO_HEAD
    beside = {TOWARDS_CAMERA: between(direction, CAMERA)}
    if target is not None:
        beside[TOWARDS_COMMON] = between(direction, target)
    word = min(beside, key=lambda name: beside[name])
    share = (NONE[part] - beside[word]) / (NONE[part] - FULL[part])
    return float(np.clip(share, 0, 1)), word


def watching(
    gaze: Gaze | None, eyes: tuple[Iris | None, Iris | None] | None, target: Vector | None
) -> Part:
    """The same of the gaze; closed eyes watch nothing."""
    if gaze is not None:
        return towards("eyes", np.array(gaze.vector), target)
    gaps = [gap(eye) for eye in eyes or () if eye is not None]
    return (0.0, CLOSED) if gaps and max(gaps) < SHUT else (None, NO_EYES)


def free(hands: Sequence[Hand], mesh: Floats | None) -> Part:
    """Whether the hands are off the face."""
    if not hands or mesh is None:
        return None, NO_HANDS
    where = next((part for hand in hands if (part := on_face(hand, mesh))), "")
    return (ON_FACE, f"hand on face: {where}") if where else (1.0, "off the face")


def said(face: int, parts: dict[str, Part]) -> Iterator[Reading]:
    """The sum, which wants head and eyes; then each part."""
    shares = {name: share for name, (share, _) in parts.items() if share is not None}
    missing = next((word for name, (share, word) in parts.items() if share is None), "")
    total, note = None, missing
    if {"head", "eyes"} <= shares.keys():
        weight = sum(WEIGHTS[name] for name in shares)
        total = round(sum(WEIGHTS[name] * shares[name] for name in shares) / weight, 2)
        note = "from head and eyes: " + NO_HANDS if missing else ""
    yield Reading(NAME, "appears attentive", total, face=face, note=note)
    for name, (share, word) in parts.items():
        value = None if share is None else round(share, 2)
        yield Reading(NAME, f"attentive: {name}", value, face=face, note=word)
