"""Protecting people: recording what they agreed to, and which photos truly show them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from ml.types import Claim
from webapp.locks import names_hold, people_hold
from webapp.models import Consent, Embedding, Enrolment, Face, Gallery, Person, Run, User
from webapp.selectors.galleries import may_keep_embeddings
from webapp.selectors.people import consent_of
from webapp.selectors.protection import MOST, enrolled
from webapp.services.audit import audit_write
from webapp.services.erasure import database_scrub
from webapp.services.shares import person_unshare

Basis = Consent.Basis
PROTECTION = Consent.Purpose.PROTECTION
ONLY_LOOKS = (
    "This gallery only looks: no measure of who somebody is may be made in it, so nobody can be "
    "compared with their true photos. Use a gallery for a household or an organisation."
)


@transaction.atomic
def person_protect(
    *, person: Person, by: User, basis: str, statement: str = "", expires: date | None = None
) -> Consent:
    """Record that the person may be compared with photos said to show them. Another consent
    replaces the one before; true photos stay, unless that had expired: then all goes first that
    it allowed.

    Raises:
        ValidationError: who agreed is not said, the last day is missing or past, or the
            gallery's purpose forbids it.
        Http404: the person was forgotten since they were looked up.
    """
    _hold(person)
    statement = " ".join(statement.split())
    _check(person.gallery, Basis(basis), statement, expires)
    if person.consents.filter(expires__lt=timezone.localdate()).exists():
        _withdraw(person, by=None)
    person.consents.filter(purpose=PROTECTION).delete()
    given = Consent.objects.create(
        person=person,
        purpose=PROTECTION,
        basis=basis,
        statement=statement,
        recorded_by=by,
        expires=expires,
    )
    _audit(person, by, "person-protect", f"{PROTECTION}, {basis}, {expires or 'no'} expiry")
    return given


@transaction.atomic
def person_consent_withdraw(*, person: Person, by: User | None) -> None:
    """Stop protecting the person: which photos truly show them, the alerts, what was found by
    comparing photos with them, and the measures that only their consent allowed are erased; links
    that show them end. by None: the consent has expired."""
    _hold(person)
    _withdraw(person, by)


@transaction.atomic
def person_forget(*, person: Person, by: User | None) -> None:
    """Delete a person on whom no face is left, and with them all that was kept about them, also
    on photos of others; called with the names of the gallery held."""
    people_hold([person.pk])
    _comparisons_erase(person)
    _consents_delete(person, by)
    person.delete()


def consents_expire() -> int:
    """Withdraw the consents whose last day has passed; how many."""
    people = list(Person.objects.filter(consents__expires__lt=timezone.localdate()).distinct())
    done = 0
    for person in people:
        with suppress(Http404):  # forgotten meanwhile
            done += _expired_withdraw(person)
    return done


@transaction.atomic
def _expired_withdraw(person: Person) -> bool:
    """Whether a consent of the person has expired, looked up anew: another may be given by now."""
    _hold(person)
    expired = person.consents.filter(expires__lt=timezone.localdate()).exists()
    if expired:
        _withdraw(person, by=None)
    return expired


@transaction.atomic
def enrolment_add(*, person: Person, faces: Iterable[Face], by: User) -> list[Enrolment]:
    """Keep these faces as truly the person's; those that are so already stay.

    Raises:
        ValidationError: the person is not protected, a face does not bear their name or lies in
            the trash, or they are too many.
    """
    _hold(person)
    if consent_of(person) is None:
        raise ValidationError({"person": ["First record who agreed to it."]})
    asked = {face.pk for face in faces}
    named = Face.objects.filter(pk__in=asked, person=person, photo__trashed=None)
    if named.count() < len(asked):
        raise ValidationError({"faces": [f"Only faces that are named {person.name} can be added."]})
    fresh = list(named.filter(enrolment=None).order_by("photo__created", "pk"))
    if enrolled(person).count() + len(fresh) > MOST:
        raise ValidationError({"faces": [f"At most {MOST} true photos of a person are kept."]})
    rows = Enrolment.objects.bulk_create(Enrolment(person=person, face=f, by=by) for f in fresh)
    _audit(person, by, "enrolment-add", f"{len(rows)} faces")
    return rows


@transaction.atomic
def enrolment_remove(*, person: Person, face: Face, by: User) -> None:
    """Forget that the face truly shows the person; the photo and the name stay."""
    person.enrolments.filter(face=face).delete()
    _audit(person, by, "enrolment-remove", "1 face")


def face_release(*, face: Face, before: Person) -> None:
    """Forget what was kept of the face as that person's, whose name it bears no longer; called in
    the transaction that took the name away."""
    before.enrolments.filter(face=face).delete()
    if face.person is None or consent_of(face.person) is None:
        _measures_erase(before.gallery, [face])
    transaction.on_commit(database_scrub)


def _hold(person: Person) -> None:
    """Nobody names faces or forgets people of the gallery meanwhile, nor stores what comparing
    with the person found.

    Raises:
        Http404: somebody already has.
    """
    names_hold(person.gallery_id)
    if not people_hold([person.pk]):
        raise Http404


def _check(gallery: Gallery, basis: Basis, statement: str, expires: date | None) -> None:
    wrong = {}
    if gallery.purpose == Gallery.Purpose.LOOK:
        wrong["person"] = [ONLY_LOOKS]
    if basis is not Basis.SELF and not statement:
        wrong["statement"] = ["Say who agreed, and how."]
    if expires is None and gallery.purpose == Gallery.Purpose.ORGANISATION:
        wrong["expires"] = ["An organisation says until when: choose the last day."]
    if expires is not None and expires <= timezone.localdate():
        wrong["expires"] = ["Choose a day to come."]
    if wrong:
        raise ValidationError(wrong)


def _withdraw(person: Person, by: User | None) -> None:
    """Erase what consent allowed to keep, and the consent; the person is held."""
    person.enrolments.all().delete()
    person.alerts.all().delete()
    _comparisons_erase(person)
    _measures_erase(person.gallery, person.faces.all())
    person_unshare(person=person)
    _consents_delete(person, by)


def _comparisons_erase(person: Person) -> None:
    """What was found by comparing photos with the person."""
    compared = Run.objects.filter(job__options__person=str(person.pk))
    compared.filter(findings__claim=Claim.IDENTITY).delete()
    transaction.on_commit(database_scrub)


def _consents_delete(person: Person, by: User | None) -> None:
    """Delete the consents, with a line in the audit log where there was one; the last thing done,
    for that log's lock comes last."""
    if person.consents.all().delete()[0]:
        _audit(person, by, "consent-withdraw", "withdrawn" if by else "expired or nothing left")


def _measures_erase(gallery: Gallery, faces: Iterable[Face]) -> None:
    """Where the gallery's purpose alone does not allow them."""
    if not may_keep_embeddings(gallery):
        Embedding.objects.filter(face__in=[face.pk for face in faces]).delete()


def _audit(person: Person, by: User | None, verb: str, detail: str) -> None:
    subject = f"person:{person.pk}"
    audit_write(actor=by, verb=verb, subject=subject, gallery=person.gallery_id, detail=detail)
