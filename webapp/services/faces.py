"""What people say about faces."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from webapp.locks import names_hold, photo_held
from webapp.models import Face, Person, User
from webapp.services.audit import audit_write
from webapp.services.people import face_release, person_forget


@transaction.atomic
def face_name(*, face: Face, name: str, by: User) -> Face:
    """Say who a face is, within its gallery; "" takes the name away.

    A person without faces goes with their last one: nothing else is known of them.

    Raises:
        Http404: the face was erased since it was looked up.
    """
    photo_held(face.photo)
    names_hold(face.photo.gallery_id)
    try:
        face.refresh_from_db(fields=["person"])
    except Face.DoesNotExist:
        raise Http404 from None
    before = face.person
    face.person = _person(face, " ".join(name.split()))
    face.save(update_fields=["person"])
    if before is not None and before != face.person:
        face_release(face=face, before=before)
        if not before.faces.exists():
            person_forget(person=before, by=by)
    audit_write(
        actor=by, verb="face-name", subject=f"face:{face.pk}", gallery=face.photo.gallery_id
    )
    return face


def _person(face: Face, name: str) -> Person | None:
    """Names are told apart without regard to case; a gallery's two Annas need two names."""
    if not name:
        return None
    gallery = face.photo.gallery
    # Compared here: SQLite ignores the case of ASCII letters only.
    people = Person.objects.filter(gallery=gallery)
    there = (person for person in people if person.name.casefold() == name.casefold())
    return next(there, None) or Person.objects.create(gallery=gallery, name=name)
