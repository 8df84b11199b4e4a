"""Made portraits erased: with the consent they rest on, or some time after they were discarded."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.models import Face, Person, Portrait
from webapp.selectors.artifacts import of_face
from webapp.services.artifacts import artifact_erase
from webapp.services.learnt_erasure import learnt_drop

DISCARDED_FOR = timedelta(days=1)  # so long a discarded portrait can be taken back


def portraits_erase(*, person: Person, face: Face | None = None) -> None:
    """All portraits of the person, or those of one face and those made of its photo as of another
    one of them, kept ones as well, and what was learnt of them; called in the transaction that
    takes the consent or the name away."""
    learnt_drop(person=person, face=face)
    rows = Portrait.objects.filter(person=person)
    _erase(rows if face is None else rows.filter(artifact__in=of_face(face)))


@transaction.atomic
def portraits_tidy() -> None:
    """Erase what was discarded long enough ago."""
    old = timezone.now() - DISCARDED_FOR
    _erase(Portrait.objects.filter(state=Portrait.State.DISCARDED, decided__lt=old))


def _erase(rows: QuerySet[Portrait]) -> None:
    for portrait in rows.select_related("artifact"):
        artifact_erase(artifact=portrait.artifact)
