"""Whose faces are covered and whose are left: all, some, or all but people who are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ml import decode, likeness, registry
from ml.contracts import DETECTION, EMBEDDING, MESH, POSE, Meshes, Output, Pose, Poses, View
from ml.errors import MLError
from ml.pipelines import Context
from ml.references import TrueFace, reference
from ml.registry import Task
from ml.sequence import SAME, Outputs
from ml.types import Box, Embedding, Face, Picture

NOBODY = "No face was found on this photo: there is none to cover."
NOBODY_LEFT = "Every face of this photo would be left as it is: choose other faces to leave."
NO_RECOGNISER = (
    "People cannot be told apart here: no recogniser is installed, or this gallery allows none. "
    "Choose the faces of the photo instead."
)
UNREAD = "Person {number} cannot be recognised by the faces given: choose larger, clearer ones."

INSIDE = 0.8  # of the smaller box


class Who(StrEnum):
    ALL = "all-faces"
    CHOSEN = "only-the-chosen"
    OTHERS = "all-but-the-chosen"
    STRANGERS = "all-but-people-i-name"
    NOBODY = "no-face"


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A face of the photo, whether models found it or somebody drew its box. vector: None where
    it was not read."""

    face: Face
    mesh: NDArray[np.float32] | None = None
    pose: Pose | None = None
    vector: Embedding | None = None


def candidates(faces: Sequence[Face], outputs: Outputs, known: Iterable[Box]) -> list[Candidate]:
    """The faces that models found, and those boxes that hold none of them."""
    meshes: Sequence[NDArray[np.float32] | None] = outputs[MESH].data.points
    poses: Sequence[Pose | None] = outputs[POSE].data.poses
    embedding = outputs.get(EMBEDDING)
    vectors = {} if embedding is None else {one.face: one for one in embedding.embeddings}
    found = [
        Candidate(face, mesh, pose, vectors.get(index))
        for index, (face, mesh, pose) in enumerate(zip(faces, meshes, poses, strict=True))
    ]
    for box in known:
        if not any(_same(box, one.face.box) for one in found):
            found.append(Candidate(Face(box, 1.0)))
    return found


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes are of one face: people draw larger ones than models, hair and all."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(across, 0.0) * max(down, 0.0)
    return one.iou(other) >= SAME or shared >= INSIDE * min(one.area, other.area)


def covered(
    found: Sequence[Candidate], who: Who, chosen: Sequence[Box], left: frozenset[int]
) -> list[int]:
    """Places of the faces to cover. chosen: boxes of faces. left: places of people who are known.

    Raises:
        MLError: there is none.
    """
    if not found:
        raise MLError(NOBODY)
    places = {nearest(found, box) for box in chosen}
    every = range(len(found))
    covers = {
        Who.ALL: list(every),
        Who.CHOSEN: [place for place in every if place in places],
        Who.OTHERS: [place for place in every if place not in places],
        Who.STRANGERS: [place for place in every if place not in left],
        Who.NOBODY: [],
    }[who]
    if not covers:
        raise MLError(NOBODY_LEFT)
    return covers


def nearest(found: Sequence[Candidate], box: Box) -> int:
    """Which of the faces lies in the box."""
    return max(range(len(found)), key=lambda place: found[place].face.box.iou(box))


def view_of(picture: Picture, found: Sequence[Candidate], seed: int | None) -> View:
    """These faces alone, as a model that covers wants to see them."""
    faces = tuple(one.face for one in found)
    needs: Mapping[Task[object], Output] = {
        DETECTION: Output(faces=faces),
        MESH: Output(data=Meshes(tuple(one.mesh for one in found))),
        POSE: Output(data=Poses(tuple(one.pose for one in found))),
    }
    return View(picture, faces, needs, seed=seed)


def people_found(
    found: Sequence[Candidate],
    people: Sequence[Sequence[TrueFace]],
    models: tuple[str, ...],
    context: Context,
) -> dict[int, int]:
    """Place of each person among the people -> place of their face on the photo. A person is on a
    photo once: of several alike faces the nearest one is it.

    people: of each, photos that show them. models: planned ones, with a recogniser among them.

    Raises:
        MLError: no recogniser may run, or a person's faces cannot be read.
    """
    names = [name for name in models if registry.get(name).card.task == EMBEDDING]
    if not names:
        raise MLError(NO_RECOGNISER)
    apart = {}
    for number, shown in enumerate(people):
        context.progress(number, len(people) + 1, "Looking at the people to leave")
        known = [vector for one in shown if (vector := read(one, models, context)) is not None]
        if not known:
            raise MLError(UNREAD.format(number=number + 1))
        limit = likeness.strangers(known[0].space) or 0.0
        for place, one in enumerate(found):
            if one.vector is not None:
                away = likeness.distance(one.vector, known)
                if away <= limit:
                    apart[number, place] = away
    matched: dict[int, int] = {}
    for number, place in sorted(apart, key=lambda pair: apart[pair]):
        if number not in matched and place not in matched.values():
            matched[number] = place
    return matched


def read(one: TrueFace, models: tuple[str, ...], context: Context) -> Embedding | None:
    """The face's vector; None where it cannot be read."""
    seen = reference(decode.picture(one.photo), one, models, Context(context.pool))
    if seen.face is None or EMBEDDING not in seen.view.outputs:
        return None
    vectors = seen.view.outputs[EMBEDDING].embeddings
    return next((vector for vector in vectors if vector.face == seen.face), None)
