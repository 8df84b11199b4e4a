"""What people agreed to beside being protected: recorded for one purpose each, and taken back."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from webapp.locks import names_hold, people_hold
from webapp.models import Consent, Gallery, Person, User
from webapp.selectors.portrait_rules import claimed_by
from webapp.services.audit import audit_write
from webapp.services.portrait_erasure import portraits_erase
from webapp.services.shares import person_unshare

Basis = Consent.Basis
Purpose = Consent.Purpose
OF_AGE = (
    "Nobody decides for others that portraits of them are made: not of children, nor of whoever "
    "cannot say so themselves. (Rule: guardian.)"
)
YOU_ARE = "You said before that you are {}: of others, record that they agreed. (Rule: self.)"


def consent_record(
    *,
    person: Person,
    by: User,
    purpose: Consent.Purpose,
    basis: str,
    statement: str = "",
    expires: date | None = None,
) -> Consent:
    """Record that the person agreed to that purpose and no other; it replaces what was recorded
    for it before. Protection, which keeps more than a record, has `person_protect`.

    Raises:
        ValidationError: who agreed is not said, the last day is missing or past, or it is for
            portraits and nobody may agree to those so.
        Http404: the person was forgotten since they were looked up.
    """
    if purpose == Purpose.GENERATION:
        _check_portraits(person, by, Basis(basis))
    with transaction.atomic():
        person_hold(person)
        given = consent_replace(person, by, purpose, basis, statement, expires)
        _audit(person, by, "consent-record", f"{purpose}, {basis}, {expires or 'no'} expiry")
    return given


@transaction.atomic
def consent_withdraw(*, person: Person, by: User | None, purpose: Consent.Purpose) -> None:
    """Take it back; links that show the person end with the one for sharing, and portraits are
    erased with the one for them. by None: it has expired."""
    person_hold(person)
    if purpose == Purpose.GENERATION:
        portraits_erase(person=person)
    if purpose == Purpose.SHARING:
        person_unshare(person=person)
    consents_delete(person, by, purpose)


def consent_replace(
    person: Person, by: User, purpose: str, basis: str, statement: str, expires: date | None
) -> Consent:
    """The consent, written down; the person is held.

    Raises:
        ValidationError: as for consent_record.
    """
    statement = " ".join(statement.split())
    _check(person.gallery, Basis(basis), statement, expires)
    person.consents.filter(purpose=purpose).delete()
    return Consent.objects.create(
        person=person,
        purpose=purpose,
        basis=basis,
        statement=statement,
        recorded_by=by,
        expires=expires,
    )


def consents_delete(person: Person, by: User | None, *purposes: Consent.Purpose) -> None:
    """Delete the consents, with a line in the audit log for each there was; the last thing done,
    for that log's lock comes last."""
    for purpose in purposes:
        if person.consents.filter(purpose=purpose).delete()[0]:
            why = "withdrawn" if by else "expired or nothing left"
            _audit(person, by, "consent-withdraw", f"{purpose}, {why}")


def person_hold(person: Person) -> None:
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
    if basis is not Basis.SELF and not statement:
        wrong["statement"] = ["Say who agreed, and how."]
    if expires is None and gallery.purpose == Gallery.Purpose.ORGANISATION:
        wrong["expires"] = ["An organisation says until when: choose the last day."]
    if expires is not None and expires <= timezone.localdate():
        wrong["expires"] = ["Choose a day to come."]
    if wrong:
        raise ValidationError(wrong)


def _check_portraits(person: Person, by: User, basis: Consent.Basis) -> None:
    """Each agrees for themselves, and is one person; a refusal is put on record."""
    before = claimed_by(by, person.gallery)
    if basis is Basis.GUARDIAN:
        _audit(person, by, "refuse", "rule guardian")
        raise ValidationError({"basis": [OF_AGE]}, code="guardian")
    if basis is Basis.SELF and before is not None and before != person:
        _audit(person, by, "refuse", "rule self")
        raise ValidationError({"basis": [YOU_ARE.format(before.name)]}, code="self")


def _audit(person: Person, by: User | None, verb: str, detail: str) -> None:
    subject = f"person:{person.pk}"
    audit_write(actor=by, verb=verb, subject=subject, gallery=person.gallery_id, detail=detail)
