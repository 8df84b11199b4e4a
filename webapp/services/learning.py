"""Learning people: who may ask for it, what is kept, and erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from ml.errors import Cancelled, Refused
from ml.generation.learning import NO_NETWORK, LearnOptions, source, wearer
from ml.registry import ModelCard
from webapp import sealing
from webapp.locks import people_hold
from webapp.models import Face, Gallery, Job, Learnt, Person, User
from webapp.selectors import people
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.learning import gpu_served, lesson_of, refusal
from webapp.selectors.portrait_rules import GENERATION
from webapp.services.audit import audit_write
from webapp.services.learnt_erasure import learnt_drop
from webapp.services.portrait_rules import refused_write

SEALED = "learnt"  # what the file is sealed as
NOBODY = "Nobody of this gallery has this id."
UNDER_WAY = "{} is being learnt already."
SLOW = (
    "No worker here has a graphics processor. On a processor learning takes many hours, or days; "
    "how many was not measured. Say that it may, and it begins."
)
OTHERS = "The photos are no longer those that were learnt of: ask again. (Rule: photos.)"


def learn_check(options: LearnOptions, gallery: Gallery, by: User) -> None:
    """
    Raises:
        ValidationError: there is no such person, a rule forbids it, no back end could wear what is
            learnt, it is under way, or it would take hours and nobody said that it may.
    """
    person = person_of(options, gallery, by)
    if forbidden := refusal(person, by):
        subject = f"person:{person.pk}"
        refused_write(rule=forbidden.rule, by=by, gallery=gallery.pk, subject=subject)
        raise ValidationError({"person": [forbidden.sentence]}, code=forbidden.rule)
    if wearer(policy_for_portraits(gallery)) is None:
        raise ValidationError({"person": [NO_NETWORK]})
    lesson = lesson_of(person)
    if lesson is not None and lesson.is_open:
        raise ValidationError({"person": [UNDER_WAY.format(person.name)]})
    if not options.anyway and not gpu_served():
        raise ValidationError({"anyway": [SLOW]}, code="slow")


def person_of(options: LearnOptions, gallery: Gallery, by: User) -> Person:
    """
    Raises:
        ValidationError: the user knows nobody of that id there, or it is spelled otherwise than
            the lesson is found again by.
    """
    try:
        wanted = UUID(options.person)
    except ValueError:
        raise ValidationError({"person": [NOBODY]}) from None
    person = people.visible_to(by).filter(gallery=gallery, pk=wanted).first()
    if person is None or str(wanted) != options.person:
        raise ValidationError({"person": [NOBODY]})
    return person


def still_shown(person: Person, faces: Sequence[Face]) -> bool:
    """Whether all of them bear the name, on photos outside the trash."""
    there = Face.objects.filter(pk__in=[face.pk for face in faces], person=person)
    return there.filter(photo__trashed=None).count() == len(faces)


@transaction.atomic
def learnt_keep(
    *, job: Job, person: Person, faces: Sequence[Face], options: LearnOptions, card: ModelCard,
    file: Path,
) -> Learnt:  # fmt: skip
    """Keep what was learnt, sealed, in the place of what was before. card: of the maker whose
    network it was learnt on.

    Raises:
        Refused: a rule forbids it by now, or a photo is gone.
        Cancelled: the job was stopped, or another worker has it now.
    """
    mine = Job.objects.select_for_update().filter(pk=job.pk, attempt=job.attempt)
    if not mine.filter(status=Job.Status.RUNNING).exists():
        raise Cancelled
    people_hold([person.pk])
    if forbidden := refusal(person, job.submitted_by, job):
        raise Refused(forbidden.sentence, forbidden.rule)
    if not still_shown(person, faces):
        raise Refused(OTHERS, "photos")
    consent = people.consent_of(person, GENERATION)
    assert consent is not None  # noqa: S101  the rules have just been asked
    plain = file.read_bytes()
    Learnt.objects.filter(person=person).delete()
    row = Learnt.objects.create(
        person=person,
        job=job,
        made_by=job.submitted_by,
        basis=consent.basis,
        consented=consent.created,
        network=network_of(card),
        steps=options.steps,
        side=options.side,
        sealed_file=sealing.seal(person.gallery, plain, SEALED),
        sha256=sha256(plain).hexdigest(),
        size=len(plain),
    )
    row.faces.add(*faces)
    _audit(person, job.submitted_by, "person-learn", f"{len(faces)} photos")
    return row


def network_of(card: ModelCard) -> str:
    """The digest of the files of the network alone, whatever maker stands on it."""
    there = source(card)
    assert there is not None  # noqa: S101  else it could not wear anything
    return sha256("".join(file.sha256 for file in there.files).encode()).hexdigest()


def learnt_file(*, learnt: Learnt, folder: Path) -> Path:
    """The file, opened into a job's folder, which is deleted after the job."""
    path = folder / f"{learnt.pk}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealing.unseal(learnt.person.gallery, bytes(learnt.sealed_file), SEALED))
    return path


@transaction.atomic
def learnt_erase(*, person: Person, by: User) -> None:
    """Erase what was learnt of the person, at once."""
    people_hold([person.pk])
    learnt_drop(person=person)
    _audit(person, by, "person-unlearn")


def _audit(person: Person, by: User | None, verb: str, detail: str = "") -> None:
    subject = f"person:{person.pk}"
    audit_write(actor=by, verb=verb, subject=subject, gallery=person.gallery_id, detail=detail)
