"""Other photos of the person, as portraits may be made of them, too: each is looked at again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ml import alignment, decode, likeness
from ml.contracts import DETECTION, EMBEDDING, MESH, KnownFace
from ml.contracts.portraits import Beside
from ml.errors import MLError, Refused
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
SMALL = "On one of the other photos the face is too small: leave it out."


@dataclass(frozen=True, slots=True)
class SeveralInputs(PortraitsInputs):
    """others: faces on other photos that are to show the same person."""

    others: tuple[KnownFace, ...] = ()


def beside(
    others: Sequence[KnownFace], source: Seen, models: Collection[str], context: Context
) -> tuple[Beside, ...]:
    """The same person on other photos. source: the face that is portrayed. models: by name.

    Raises:
        Refused: one is no more like the source than a stranger's, or nobody can tell.
        MLError: a face is not found again, or too small.
    """
    looking = needed(models, DETECTION, MESH, EMBEDDING)
    return tuple(same(one, source, looking, context) for one in others)


def same(other: KnownFace, source: Seen, models: Collection[str], context: Context) -> Beside:
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
    if alignment.eye_distance(mesh) < EYES_APART:
        raise MLError(SMALL)
    return Beside(picture, mesh)
