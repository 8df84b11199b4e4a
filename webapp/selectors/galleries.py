"""Which galleries a user may see, and with which right."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from ml.registry import Sensitive
from webapp.models import Consent, Gallery, Membership, User

Role = Membership.Role
WRITERS = (Role.OWNER, Role.EDITOR)
# What the switches of sensitive readings are called.
SWITCHES: Mapping[Sensitive, str] = {
    Sensitive.AGE: "Apparent age",
    Sensitive.GENDER: "Apparent gender",
    Sensitive.RACE: "Apparent race",
    Sensitive.EMOTION: "Apparent expression",
    Sensitive.ATTENTION: "Apparent attention",
}
NEVER_IN_ORGANISATIONS = frozenset({Sensitive.RACE, Sensitive.EMOTION, Sensitive.ATTENTION})


def visible_to(user: User | AnonymousUser) -> QuerySet[Gallery]:
    """The galleries the user is a member of, in whatever role."""
    if not user.is_authenticated:
        return Gallery.objects.none()
    return Gallery.objects.filter(memberships__user=user)


def editable_by(user: User | AnonymousUser) -> QuerySet[Gallery]:
    """Where the user may add, change and delete."""
    if not user.is_authenticated:
        return Gallery.objects.none()
    return Gallery.objects.filter(memberships__user=user, memberships__role__in=WRITERS)


def owned_by(user: User | AnonymousUser) -> QuerySet[Gallery]:
    """Where the user may choose purposes, erase, and see and revoke what others share."""
    if not user.is_authenticated:
        return Gallery.objects.none()
    return Gallery.objects.filter(memberships__user=user, memberships__role=Role.OWNER)


def sensitive_kinds(gallery: Gallery) -> frozenset[Sensitive]:
    """The sensitive readings a person turned on here and the gallery's purpose permits."""
    chosen = {Sensitive(row.kind) for row in gallery.sensitive_choices.all()}
    return frozenset(chosen - never_read(gallery))


def never_read(gallery: Gallery) -> frozenset[Sensitive]:
    """What is never read from photos here, whoever asks."""
    if gallery.purpose == Gallery.Purpose.ORGANISATION:
        return NEVER_IN_ORGANISATIONS
    return frozenset()


def default_for(user: User | AnonymousUser) -> Gallery | None:
    """Where an upload goes that names no gallery: the user's own, else the first they may fill."""
    mine = editable_by(user).order_by("created")
    return mine.filter(personal_of=user.pk).first() or mine.first()


def may_keep_embeddings(gallery: Gallery) -> bool:
    """Whether measures of who anybody is may be stored: in households only. In an organisation's
    gallery those of people may who consented; see may_measure."""
    return gallery.purpose == Gallery.Purpose.HOUSEHOLD


def may_measure(gallery: Gallery) -> bool:
    """Whether faces may be measured at all: what is stored of it is another question. In an
    organisation's gallery once somebody's consent is in force there."""
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return may_keep_embeddings(gallery)
    given = Consent.objects.filter(Consent.in_force(), purpose=Consent.Purpose.PROTECTION)
    return given.filter(person__gallery=gallery).exists()
