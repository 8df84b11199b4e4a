"""People with true photos, and photos of faces that look like them or do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from ml import registry, types
from ml.types import Face as Found
from ml.types import Ran, Space
from tests.webapp.rows import DETECTOR, a_job, a_photo, a_report
from webapp import sealing
from webapp.jobs.store import DjangoJobStore
from webapp.models import Embedding, Face, Gallery, Person, Photo, Run, User
from webapp.selectors.protection import SEALED, today
from webapp.services.people import enrolment_add, person_protect

SAME, OTHER = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)  # as far apart as strangers are
store = DjangoJobStore()


def best() -> Space:
    registry.discover()
    return today()[0]


def measured(face: Face, vector: Sequence[float], space: Space | None = None) -> None:
    """Keep a measure of the face, as the best model's or another's."""
    space = space or best()
    run, _ = Run.objects.get_or_create(
        photo=face.photo,
        model=space.model,
        defaults={"task": "embedding", "digest": space.digest, "recipe": space.recipe},
    )
    bytes_ = types.Embedding.of(0, space, vector).vector
    Embedding.objects.create(
        run=run, face=face, sealed_vector=sealing.seal(face.photo.gallery, bytes_, SEALED)
    )


def a_face(gallery: Gallery, person: Person | None, vector: Sequence[float] | None = SAME) -> Face:
    """A face on a photo of its own."""
    face = Face.objects.create(
        photo=a_photo(gallery), person=person, position=0,
        left=10, top=20, right=110, bottom=140, score=1,
    )  # fmt: skip
    if vector is not None:
        measured(face, vector)
    return face


def a_person(gallery: Gallery, name: str = "Vera", faces: int = 0) -> Person:
    """Named on so many photos, all measured alike."""
    person = Person.objects.create(gallery=gallery, name=name)
    for _ in range(faces):
        a_face(gallery, person)
    return person


def a_protected(gallery: Gallery, by: User, faces: int = 5) -> Person:
    person = a_person(gallery, faces=faces)
    person_protect(person=person, by=by, basis="self")
    enrolment_add(person=person, faces=person.faces.all(), by=by)
    return person


def looked_at(photo: Photo, *faces: tuple[Found, Sequence[float]]) -> None:
    """A worker stores that these faces are on the photo."""
    space = best()
    report = replace(
        a_report(*(found for found, _ in faces)),
        readings=(),
        marks=(),
        embeddings=tuple(
            types.Embedding.of(i, space, vector) for i, (_, vector) in enumerate(faces)
        ),
        runs=(DETECTOR, Ran(space.model, "embedding", space.digest, space.recipe, 0.1)),
    )
    job = a_job(photo)
    claim = store.claim(job.pk)
    assert claim is not None and store.finish(claim, report)


def old(photo: Photo) -> Photo:
    """The photo, added before anybody was protected."""
    photo.created = timezone.now().replace(year=2020)
    photo.save(update_fields=["created"])
    return photo
