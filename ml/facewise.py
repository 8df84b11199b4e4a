"""What models share that read something of each face by itself, from its mesh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ml import alignment
from ml.contracts import MESH, POSE, Output, View
from ml.runtimes import Floats
from ml.types import Reading

TOO_SMALL = "face too small"
IN_PROFILE = "in profile or half hidden"  # a face that has a mesh but no pose


def answers(
    view: View, eyes_apart: float, odds: Callable[[list[Floats]], Iterable[Floats]]
) -> dict[int, Floats]:
    """By face, the network's answer to each that is large enough; arguments as in `readings`."""
    meshes = alignment.legible(view.data(MESH), eyes_apart)
    found = odds(list(meshes.values())) if meshes else ()
    return dict(zip(meshes, found, strict=True))


def readings(
    view: View,
    eyes_apart: float,
    odds: Callable[[list[Floats]], Iterable[Floats]],
    said: Callable[[int, Floats | None], Reading],
) -> Output:
    """A reading a face, those large enough looked at in one call.

    eyes_apart: pixels from which a face is large enough. odds: meshes -> the network's answer to
    each. said: a face's index and that answer, None where there is none, in words or numbers.
    """
    by_face = answers(view, eyes_apart, odds)
    return Output(readings=tuple(said(i, by_face.get(i)) for i in range(len(view.faces))))


def in_sight(
    view: View, eyes_apart: float, model: str, name: str, said: Callable[[int, Floats], Reading]
) -> Output:
    """A reading a face, None for those too small or in profile. said: of a face's index and mesh.

    Needs MESH and POSE. name: of the reading.
    """
    poses, meshes = view.data(POSE).poses, alignment.legible(view.data(MESH), eyes_apart)

    def of(face: int) -> Reading:
        if face not in meshes:
            return Reading(model, name, None, face=face, note=TOO_SMALL)
        if poses[face] is None:
            return Reading(model, name, None, face=face, note=IN_PROFILE)
        return said(face, meshes[face])

    return Output(readings=tuple(of(face) for face in range(len(view.faces))))


def likeliest(
    model: str, name: str, labels: Sequence[str], face: int, odds: Floats | None
) -> Reading:
    """The label of the greatest of the probabilities; None when the face cannot be read."""
    if odds is None:
        return Reading(model, name, None, face=face, note=TOO_SMALL)
    best = int(odds.argmax())
    return Reading(model, name, labels[best], round(min(float(odds[best]), 1.0), 4), face)
