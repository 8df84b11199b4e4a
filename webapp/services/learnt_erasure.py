"""What was learnt of people erased: with the consent it rests on, and with a photo of it."""

from __future__ import annotations

import shutil
from functools import partial

from django.conf import settings
from django.db import transaction

from ml.generation.learning import KIND
from webapp.models import Face, Job, Learnt, Person, Photo
from webapp.services.erasure import database_scrub

NOTES = "learning-"  # how the folders begin where a lesson stands between two attempts


def learnt_drop(*, person: Person, face: Face | None = None) -> None:
    """All of it, or what was learnt of one face among others; called in the transaction that takes
    the consent or the name away. What a lesson under way has noted goes, too."""
    rows = Learnt.objects.filter(person=person)
    (rows if face is None else rows.filter(faces=face)).delete()
    lessons = Job.objects.filter(kind=KIND, options__person=str(person.pk))
    jobs = list(lessons.values_list("pk", flat=True))
    for job in jobs:
        transaction.on_commit(partial(notes_drop, str(job)))
    transaction.on_commit(database_scrub)


def photo_unlearn(*, photo: Photo) -> None:
    """Whatever was learnt of a photo that is erased; called in the transaction that erases it."""
    people = set(photo.faces.exclude(person=None).values_list("person", flat=True))
    people |= set(Learnt.objects.filter(faces__photo=photo).values_list("person", flat=True))
    for person in Person.objects.filter(pk__in=people):
        for face in photo.faces.filter(person=person):
            learnt_drop(person=person, face=face)


def notes_drop(job: str) -> None:
    """What a lesson has noted on the way; one under way on it begins anew, or is refused."""
    for path in (settings.SCRATCH_DIR / job).glob(f"{NOTES}*"):
        shutil.rmtree(path, ignore_errors=True)
