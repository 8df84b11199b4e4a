"""Whether a named face is like the person's other faces: a stranger who is named as somebody who
agreed has not agreed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ml import likeness
from webapp.models import Face, Gallery
from webapp.selectors.protection import Measures, measures, today

MOST = 50  # others of a person, the newest, that a face is compared with


@dataclass(frozen=True, slots=True)
class Compared:
    """others: how many faces of the same name it was compared with; 0: nothing could be compared.
    stranger: it is further from all of them than one pair of strangers in a thousand comes."""

    others: int = 0
    stranger: bool = False


def compared(*, gallery: Gallery, faces: Sequence[Face]) -> dict[UUID, Compared]:
    """Each of these named faces of a gallery, with others of its person that are measured."""
    people = {face.person_id for face in faces if face.person_id}
    rows = Face.objects.filter(person__in=people, photo__gallery=gallery, photo__trashed=None)
    beside: dict[UUID, list[UUID]] = defaultdict(list)
    for pk, person in rows.order_by("-photo__created").values_list("pk", "person"):
        if person is not None and len(beside[person]) <= MOST:
            beside[person].append(pk)
    wanted = {pk for some in beside.values() for pk in some} | {face.pk for face in faces}
    measured = measures(Face.objects.filter(pk__in=wanted))
    return {
        face.pk: _compared(face.pk, beside[face.person_id], measured)
        for face in faces
        if face.person_id
    }


def _compared(face: UUID, beside: Sequence[UUID], measured: Measures) -> Compared:
    """By the best model that measured the face and another."""
    for space in today():
        known = measured.get(space, {})
        others = [known[pk] for pk in beside if pk in known and pk != face][:MOST]
        limit = likeness.strangers(space)
        if face in known and others and limit is not None:
            nearest = min(known[face].distance(other) for other in others)
            return Compared(len(others), nearest > limit)
    return Compared()
