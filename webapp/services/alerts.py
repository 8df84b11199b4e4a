"""Telling who watches over a protected person that a new photo looks like them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from ml import likeness
from webapp.models import Alert, Face, Person, Photo
from webapp.selectors.protection import ENOUGH, Measures, enrolled, measures, today, watched


def alerts_raise(*, photo: Photo) -> None:
    """Compare the photo's faces with the people watched over by somebody who may see it; called
    in the transaction that stores what models found. Where there is nobody to watch over it costs
    one query."""
    people = list(watched(photo).select_for_update(no_key=True))  # nobody withdraws meanwhile
    if not people:
        return
    faces, found = list(photo.faces.all()), measures(photo.faces.all())
    alerts = [alert for person in people for alert in _alike(person, faces, found)]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)


def alerts_dismiss(*, alerts: Iterable[Alert]) -> int:
    """Keep that somebody knows; how many were news."""
    rows = Alert.objects.filter(pk__in=[alert.pk for alert in alerts], seen=None)
    return rows.update(seen=timezone.now())


def _alike(person: Person, faces: list[Face], found: Measures) -> Iterable[Alert]:
    """Alerts about the faces that are nearer to most of the person's than strangers come; faces
    that bear the person's name are no news."""
    true = measures(enrolled(person))
    for face in faces:
        if face.person_id == person.pk:
            continue
        for space in today():
            own, others = found.get(space, {}).get(face.pk), true.get(space, {})
            if own is None or len(others) < ENOUGH:
                continue
            far, limit = likeness.distance(own, list(others.values())), likeness.strangers(space)
            if limit is not None and far < limit:
                yield Alert(person=person, face=face, distance=far)
            break
