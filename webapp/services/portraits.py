"""Made portraits: more like one, kept, discarded; whom they show, and who is an adult."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ml.generation.generate_files import KIND as GENERATE
from ml.generation.portraits_pipeline import KIND
from webapp.locks import people_hold
from webapp.models import Adulthood, Consent, Face, Job, Person, Portrait, User
from webapp.selectors.portrait_rules import claimed_by
from webapp.selectors.portraits import options_like, others_like
from webapp.services.audit import audit_write
from webapp.services.consents import consent_record
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit

State = Portrait.State
NO_MORE = "There are no variations of an animation."
LEFT_OUT = "Further photos left out, as they can no longer be chosen: {}."
SOMEBODY_ELSE = "Somebody here is called {} already: name this face first, then say that it is you."
SAY_HOW = "Say in a sentence how you know that they are 18 or older."


def portrait_decide(*, portrait: Portrait, state: State, by: User) -> None:
    """Keep it, discard it, or take that back; what is discarded is erased after a day."""
    decided = None if state is State.NEW else timezone.now()
    Portrait.objects.filter(pk=portrait.pk).update(state=state, decided=decided)
    photo = portrait.artifact.run.photo
    audit_write(
        actor=by, verb="portrait-decide", subject=f"photo:{photo.pk}", gallery=photo.gallery_id,
        detail=state.value,
    )  # fmt: skip


def portraits_more(*, portrait: Portrait, by: User) -> Job:
    """Ask for variations around what a portrait was asked for, of the photos it was made of; of
    these the job's notes say how many can no longer be chosen.

    Raises:
        ValidationError: a rule forbids it by now, its face is no longer on the photo, or it is none
            of which there are variations.
    """
    kind = portrait.artifact.run.model
    if kind not in (KIND, GENERATE):
        raise ValidationError({"portrait": [NO_MORE]})
    photo = portrait.artifact.run.photo
    others, gone = others_like(portrait, by)
    options = options_like(portrait, others)
    job = job_submit(kind=kind, gallery=photo.gallery, photos=[photo], by=by, options=options)
    if gone:
        job.notes = LEFT_OUT.format(gone)
        job.save(update_fields=["notes"])
    return job


@transaction.atomic
def face_claim(*, face: Face, name: str, by: User) -> Consent:
    """ "This is me": name the face where it has no name, as before where the user said so of
    another one, and record their own consent.

    Raises:
        ValidationError: as for consent_record; an organisation's gallery wants a last day, which
            the person's page asks for.
    """
    if face.person is None:
        before = claimed_by(by, face.photo.gallery)
        there = Person.objects.filter(gallery=face.photo.gallery, name__iexact=name)
        if before is None and there.exists():
            raise ValidationError({"name": [SOMEBODY_ELSE.format(name)]})
        face = face_name(face=face, name=before.name if before else name, by=by)
    person = face.person
    assert person is not None  # noqa: S101  it has just been named
    return consent_record(
        person=person, by=by, purpose=Consent.Purpose.GENERATION, basis=Consent.Basis.SELF
    )


@transaction.atomic
def adult_declare(*, person: Person, statement: str, by: User) -> Adulthood:
    """Write down that the person is 18 or older; that outranks how old they look.

    Raises:
        ValidationError: how that is known is not said.
    """
    statement = " ".join(statement.split())
    if not statement:
        raise ValidationError({"statement": [SAY_HOW]})
    people_hold([person.pk])
    Adulthood.objects.filter(person=person).delete()
    record = Adulthood.objects.create(person=person, statement=statement, declared_by=by)
    _audit(person, by, "adult-declare")
    return record


@transaction.atomic
def adult_withdraw(*, person: Person, by: User) -> None:
    """Take that back: looks are asked again."""
    people_hold([person.pk])
    if Adulthood.objects.filter(person=person).delete()[0]:
        _audit(person, by, "adult-withdraw")


def _audit(person: Person, by: User, verb: str) -> None:
    audit_write(actor=by, verb=verb, subject=f"person:{person.pk}", gallery=person.gallery_id)
