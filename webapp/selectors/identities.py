"""Making people who do not exist: who may, where, how many, and whom they are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from ml import registry
from ml.generation.identities_asked import KIND, IdentitiesOptions, maker, makers
from ml.registry import ModelCard
from ml.types import Space
from webapp.models import Face, Gallery, Job, User
from webapp.selectors import galleries
from webapp.selectors.capabilities import policy_for_portraits
from webapp.selectors.portrait_rules import COUNTED, Refusal, begun_before
from webapp.selectors.protection import measures

DAY = timedelta(days=1)
EDITORS = "You may look at this gallery, but not make pictures in it. (Rule: editors.)"
PURPOSE = (
    "This gallery only looks: nobody is made up in it. Use a gallery for a household or an "
    "organisation. (Rule: purpose.)"
)
QUOTA = (
    "You may make {} such pictures a day, and {} are made or on their way: ask for fewer, or go on "
    "tomorrow. (Rule: quota.)"
)
ABSENT = "{} is not installed here, or may not be used: an administrator can add it under Models."


def refusal(
    options: IdentitiesOptions, gallery: Gallery, by: User, job: Job | None = None
) -> Refusal | None:
    """What forbids it. job: the one that is asked for, where it is under way: of others those count
    that began before it, or are done."""
    if not galleries.editable_by(by).filter(pk=gallery.pk).exists():
        return Refusal("editors", EDITORS)
    if gallery.purpose == Gallery.Purpose.LOOK:
        return Refusal("purpose", PURPOSE)
    used = made_today(by, job)
    if used + options.pictures > settings.IDENTITY_PICTURES_A_DAY:
        return Refusal("quota", QUOTA.format(settings.IDENTITY_PICTURES_A_DAY, used))
    return None


def made_today(user: User, besides: Job | None = None) -> int:
    """Pictures that the user asked for within a day and that are made or on their way."""
    since = timezone.now() - DAY
    jobs = Job.objects.filter(kind=KIND, submitted_by=user, created__gt=since, status__in=COUNTED)
    asked = jobs.filter(begun_before(besides)) if besides else jobs
    return sum(_pictures(options) for options in asked.values_list("options", flat=True))


def _pictures(options: Mapping[str, Any]) -> int:
    return int(options["identities"]) * int(options["variations"])


def ready(gallery: Gallery) -> list[ModelCard]:
    """The makers that can be asked here, the best first. They are given embeddings of nobody, so
    that the recogniser they go by need not be here."""
    policy = policy_for_portraits(gallery)
    cards = [registry.get(name).card for name in makers()]
    return [card for card in cards if policy.allows(card)]


def not_ready(gallery: Gallery) -> list[ModelCard]:
    """The others."""
    there = ready(gallery)
    return [card for card in map(_card, makers()) if card not in there]


def _card(name: str) -> ModelCard:
    return maker(name).card


def known_in(gallery: Gallery) -> Mapping[Space, Mapping[str, NDArray[np.float32]]]:
    """What is kept of the gallery's faces, by space: of each person, and of each face without a
    name, N x D."""
    faces = Face.objects.filter(photo__gallery=gallery)
    people = dict(faces.values_list("pk", "person"))
    found: dict[Space, dict[str, list[NDArray[np.float32]]]] = {}
    for space, told in measures(faces).items():
        for face, code in told.items():
            who = str(people.get(face) or face)
            found.setdefault(space, {}).setdefault(who, []).append(code.array)
    return {
        space: {who: np.stack(codes) for who, codes in told.items()}
        for space, told in found.items()
    }
