"""True faces of protected people, which of them agree, and who watches over whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from ml import likeness, registry, types
from ml.authenticity import pipeline
from ml.contracts import EMBEDDING
from ml.types import Space
from webapp import sealing
from webapp.models import Consent, Embedding, Face, Gallery, Membership, Person, Photo, User
from webapp.selectors import people
from webapp.selectors.galleries import WRITERS
from webapp.selectors.rests import EMBEDDING as SEALED

ENOUGH = 5  # true photos of a person, before anything is compared with them
MOST = pipeline.MOST
FEWEST_TO_AGREE = 3  # of two that differ nobody knows which is wrong

Measures = Mapping[Space, Mapping[UUID, types.Embedding]]


@dataclass(frozen=True, slots=True)
class TrueFace:
    """An enrolled face. measured: a measure of it is kept that can be compared with others'.
    apart: most of the others are no nearer to it than strangers come; None where too few are
    measured to tell."""

    face: Face
    measured: bool
    apart: bool | None


def named(user: User, gallery: Gallery, word: str) -> Person | None:
    """The protected person of the gallery with that id, where the user may know of them."""
    try:
        pk = UUID(word)
    except ValueError:
        return None
    return people.protected_for(user).filter(pk=pk, gallery=gallery).first()


def enrolled(person: Person, besides: Photo | None = None) -> QuerySet[Face]:
    """The faces that truly show the person, outside the trash, in the order they were added.
    besides: a photo that is in question itself."""
    faces = Face.objects.filter(enrolment__person=person, photo__trashed=None)
    if besides is not None:
        faces = faces.exclude(photo=besides)
    return faces.select_related("photo__gallery").order_by("enrolment__added", "enrolment__pk")


def candidates(person: Person) -> QuerySet[Face]:
    """The faces that bear the person's name and may be enrolled, newest photo first."""
    faces = Face.objects.filter(person=person, enrolment=None, photo__trashed=None)
    return faces.select_related("photo__gallery").order_by("-photo__created", "position")


def too_few(count: int) -> str:
    """A sentence saying that so many true photos of a person are not enough; "" when they are. It
    names nobody: viewers read why a job failed."""
    if count >= ENOUGH:
        return ""
    there = "1 other true photo" if count == 1 else f"{count} other true photos"
    return f"The person has {there} here; {ENOUGH} are needed to compare."


def true_faces(person: Person) -> list[TrueFace]:
    """The person's true faces, and which of them disagree with the rest."""
    faces = enrolled(person)
    kept = best_space(measures(faces))
    return [TrueFace(face, face.pk in kept, _apart(face.pk, kept)) for face in faces]


def best_space(measured: Measures) -> Mapping[UUID, types.Embedding]:
    """The measures of the space in which most faces were measured; of several the one of the
    better model."""
    spaces = sorted(today(), key=lambda space: -len(measured.get(space, {})))
    return measured.get(spaces[0], {}) if spaces else {}


def today() -> list[Space]:
    """The spaces in which faces are compared here, the best model's first."""
    cards = [card for card in registry.cards() if card.task == EMBEDDING and card.strangers]
    return [Space(card.name, card.digest, card.recipe) for card in cards]


def measures(faces: QuerySet[Face]) -> Measures:
    """What is kept of the faces, by space and face; not what models of another day measured."""
    found: dict[Space, dict[UUID, types.Embedding]] = defaultdict(dict)
    rows = Embedding.objects.filter(face__in=faces, run__task=EMBEDDING.name)
    for row in rows.select_related("run__photo__gallery"):
        space = Space(row.run.model, row.run.digest, row.run.recipe)
        if likeness.strangers(space) is not None:
            plain = sealing.unseal(row.run.photo.gallery, bytes(row.sealed_vector), SEALED)
            found[space][row.face_id] = types.Embedding(0, space, plain)
    return found


def watched(photo: Photo) -> QuerySet[Person]:
    """The protected people over whom somebody watches who may see the photo, and who were
    protected before it was added."""
    members = Membership.objects.filter(gallery=photo.gallery_id).values("user")
    keepers = Membership.objects.filter(
        gallery=OuterRef("gallery"), role__in=WRITERS, user__in=members
    )
    given = Consent.objects.filter(
        Consent.in_force(),
        person=OuterRef("pk"),
        purpose=Consent.Purpose.PROTECTION,
        created__lt=photo.created,
    )
    return Person.objects.filter(Exists(given), Exists(keepers)).order_by("pk")


def _apart(face: UUID, kept: Mapping[UUID, types.Embedding]) -> bool | None:
    """Whether the face is as far from most of the others as strangers are."""
    others = [one for pk, one in kept.items() if pk != face]
    if face not in kept or len(others) + 1 < FEWEST_TO_AGREE:
        return None
    limit = likeness.strangers(kept[face].space)
    return limit is not None and likeness.distance(kept[face], others) > limit
