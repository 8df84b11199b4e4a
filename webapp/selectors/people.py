"""People that were named."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from webapp.models import Consent, Gallery, Person, User
from webapp.selectors import galleries

Someone = User | AnonymousUser


def names_in(gallery: Gallery) -> list[str]:
    """Names given in the gallery, to be offered while one types."""
    return list(Person.objects.filter(gallery=gallery).values_list("name", flat=True))


def visible_to(user: Someone) -> QuerySet[Person]:
    """Who is named where the user may change things: whoever may only look sees names on photos
    and nothing that is kept about people. With `protected`: whether they are, now."""
    mine = Person.objects.filter(gallery__in=galleries.editable_by(user))
    told = mine.select_related("gallery").annotate(protected=Exists(_in_force()))
    return told.order_by("name", "created")


def protected_for(user: Someone) -> QuerySet[Person]:
    """Those of them who are protected now."""
    return visible_to(user).filter(Exists(_in_force()))


def unprotected_for(user: Someone) -> QuerySet[Person]:
    """Those who are not."""
    return visible_to(user).exclude(Exists(_in_force()))


def counted(people: QuerySet[Person]) -> QuerySet[Person]:
    """The people with `named`, how many faces outside the trash bear their name, and `true`, how
    many of these are enrolled; the most photographed first."""
    there = Q(faces__photo__trashed=None)
    enrolled = Q(faces__enrolment__person=F("pk"))
    told = people.annotate(
        named=Count("faces", filter=there), true=Count("faces", filter=there & enrolled)
    )
    return told.order_by("-named", "name")


def protected_in(gallery: Gallery) -> list[str]:
    """Names of the people who are protected in the gallery."""
    people = Person.objects.filter(Exists(_in_force()), gallery=gallery)
    return list(people.values_list("name", flat=True))


def consent_of(
    person: Person, purpose: Consent.Purpose = Consent.Purpose.PROTECTION
) -> Consent | None:
    """What allows that with the person, where it holds now."""
    given = person.consents.filter(Consent.in_force(), purpose=purpose)
    return given.select_related("recorded_by").first()


def _in_force() -> QuerySet[Consent]:
    """The protecting consent of the outer query's person."""
    given = Consent.objects.filter(Consent.in_force(), person=OuterRef("pk"))
    return given.filter(purpose=Consent.Purpose.PROTECTION)
