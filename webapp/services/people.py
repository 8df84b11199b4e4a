"""Protecting people: recording what they agreed to, and which photos truly show them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from ml.contracts.disguising import PROOF
from ml.types import Claim
from webapp.locks import people_hold
from webapp.models import Consent, Embedding, Enrolment, Face, Gallery, Person, Run, User
from webapp.selectors.galleries import may_keep_embeddings
from webapp.selectors.people import consent_of
from webapp.selectors.protection import MOST, enrolled
from webapp.services.audit import audit_write
from webapp.services.consents import (
    consent_replace,
    consent_withdraw,
    consents_delete,
    person_hold,
)
from webapp.services.erasure import database_scrub
from webapp.services.portrait_erasure import portraits_erase

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
    person_hold(person)
    if person.gallery.purpose == Gallery.Purpose.LOOK:
        raise ValidationError({"person": [ONLY_LOOKS]})
    if _expired(person, PROTECTION):
        _withdraw(person, by=None)
    given = consent_replace(person, by, PROTECTION, basis, statement, expires)
    _audit(person, by, "person-protect", f"{PROTECTION}, {basis}, {expires or 'no'} expiry")
    return given


@transaction.atomic
def person_consent_withdraw(*, person: Person, by: User | None) -> None:
    """Stop protecting the person: which photos truly show them, the alerts, what was found by
    comparing photos with them, and the measures that only their consent allowed are erased. by
    None: the consent has expired."""
    person_hold(person)
    _withdraw(person, by)


@transaction.atomic
def person_forget(*, person: Person, by: User | None) -> None:
    """Delete a person on whom no face is left, and with them all that was kept about them, also
    on photos of others; called with the names of the gallery held."""
    people_hold([person.pk])
    _comparisons_erase(person)
    portraits_erase(person=person)
    consents_delete(person, by, *Consent.Purpose)
    person.delete()


def consents_expire() -> int:
    """Withdraw the consents whose last day has passed; how many."""
    old = Consent.objects.filter(expires__lt=timezone.localdate()).select_related("person__gallery")
    done = 0
    for consent in old:
        with suppress(Http404):  # forgotten meanwhile
            done += _expired_withdraw(consent.person, Consent.Purpose(consent.purpose))
    return done


@transaction.atomic
def _expired_withdraw(person: Person, purpose: Consent.Purpose) -> bool:
    """Whether that consent of the person has expired, looked up anew: another may be given by
    now."""
    person_hold(person)
    expired = _expired(person, purpose)
    if expired and purpose == PROTECTION:
        _withdraw(person, by=None)
    elif expired:
        consent_withdraw(person=person, by=None, purpose=purpose)
    return expired


def _expired(person: Person, purpose: Consent.Purpose) -> bool:
    over = person.consents.filter(purpose=purpose, expires__lt=timezone.localdate())
    return over.exists()


@transaction.atomic
def enrolment_add(*, person: Person, faces: Iterable[Face], by: User) -> list[Enrolment]:
    """Keep these faces as truly the person's; those that are so already stay.

    Raises:
        ValidationError: the person is not protected, a face does not bear their name or lies in
            the trash, or they are too many.
    """
    person_hold(person)
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
    portraits_erase(person=before, face=face)
    if face.person is None or consent_of(face.person) is None:
        _measures_erase(before.gallery, [face])
    transaction.on_commit(database_scrub)


def _withdraw(person: Person, by: User | None) -> None:
    """Erase what consent allowed to keep, and the consent; the person is held."""
    person.enrolments.all().delete()
    person.alerts.all().delete()
    _comparisons_erase(person)
    _proofs_erase(person)
    _measures_erase(person.gallery, person.faces.all())
    consents_delete(person, by, PROTECTION)


def _comparisons_erase(person: Person) -> None:
    """What was found by comparing photos with the person."""
    compared = Run.objects.filter(job__options__person=str(person.pk))
    compared.filter(findings__claim=Claim.IDENTITY).delete()
    transaction.on_commit(database_scrub)


def _proofs_erase(person: Person) -> None:
    """What recognisers said of the person's faces when a disguise was made, and what was made so
    that somebody is taken for them; where the gallery's purpose alone does not allow it."""
    if may_keep_embeddings(person.gallery):
        return
    faces = {str(pk) for pk in person.faces.values_list("pk", flat=True)}
    runs = Run.objects.filter(photo__gallery=person.gallery, artifacts__kind=PROOF).distinct()
    for run in runs.select_related("job"):
        towards = set(run.job.options.get("target", ())) if run.job else set()
        if towards & faces:
            run.artifacts.all().delete()
        elif run.photo.faces.filter(pk__in=faces).exists():
            run.artifacts.filter(kind=PROOF).delete()
            run.readings.all().delete()


def _measures_erase(gallery: Gallery, faces: Iterable[Face]) -> None:
    """Where the gallery's purpose alone does not allow them."""
    if not may_keep_embeddings(gallery):
        Embedding.objects.filter(face__in=[face.pk for face in faces]).delete()


def _audit(person: Person, by: User | None, verb: str, detail: str) -> None:
    subject = f"person:{person.pk}"
    audit_write(actor=by, verb=verb, subject=subject, gallery=person.gallery_id, detail=detail)
