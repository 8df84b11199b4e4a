"""Other photos of the person, as portraits may be made of them, too: each is looked at again."""

from __future__ import annotations

from dataclasses import dataclass

from ml import alignment, decode, likeness
from ml.contracts import AGE, DETECTION, EMBEDDING, MESH, KnownFace
from ml.contracts.portraits import Beside
from ml.errors import MLError, Refused
from ml.generation import minors
from ml.generation.portraits_mesh import EYES_APART
from ml.generation.seeing import Seen, needed, seen
from ml.generation.sitting import PortraitsInputs
from ml.pipelines import Context

STRANGER = (
    "One of the other photos shows a face that is no more like this one than a stranger’s: leave "
    "it out. (Rule: likeness.)"
)
UNKNOWN = (
    "Whether the other photos show the same person cannot be told here, as their faces cannot be "
    "compared: choose none. (Rule: likeness.)"
)
LOST = (
    "On one of the other photos the face was not found again, or it is seen too much from the "
    "side: leave it out."
)
YOUNG = (
    "No portrait is made: as far as looks tell, the face on one of the other photos may be of "
    "somebody under age: leave it out. If they are an adult by now, write that down on the "
    "person’s page; then looks are not asked. (Rule: age.)"
)
SMALL = "On one of the other photos the face is too small: leave it out."


@dataclass(frozen=True, slots=True)
class SeveralInputs(PortraitsInputs):
    """others: faces on other photos that are to show the same person."""

    others: tuple[KnownFace, ...] = ()


def beside(other: KnownFace, source: Seen, inputs: SeveralInputs, context: Context) -> Beside:
    """The same person on another photo; old enough there, too, as far as that is looked at. source:
    the face that is portrayed.

    Raises:
        Refused: it is no more like the source than a stranger's, or nobody can tell; or it may be
            of somebody under age.
        MLError: it is not found again, or too small.
    """
    looks = () if inputs.adult else (AGE,)
    models = needed(inputs.models, DETECTION, MESH, EMBEDDING, *looks)
    picture = decode.picture(other.photo)
    found = seen(picture, other.box, models, context.pool)
    mesh = None if found is None else found.outputs[MESH].data.points[0]
    if found is None or mesh is None:
        raise MLError(LOST)
    limit = None if source.code is None else likeness.strangers(source.code.space)
    if source.code is None or found.code is None or limit is None:
        raise Refused(UNKNOWN, "likeness")
    if found.code.distance(source.code) > limit:
        raise Refused(STRANGER, "likeness")
    if not inputs.adult:
        minors.check(found.outputs[AGE].readings, YOUNG)
    if alignment.eye_distance(mesh) < EYES_APART:
        raise MLError(SMALL)
    return Beside(picture, mesh)
