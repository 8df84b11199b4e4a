"""Whose share links are whose, how they stand, and whether a link may still be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from ml import pipelines
from ml.pipelines import Pipeline
from webapp import sealing
from webapp.jobs.options import parse
from webapp.models import (
    Consent,
    Gallery,
    Job,
    Membership,
    Share,
    ShareItem,
    User,
)
from webapp.selectors import galleries
from webapp.selectors.consents import showing_strangers
from webapp.selectors.tools import makers

Someone = User | AnonymousUser
SHARING = Consent.Purpose.SHARING
CLOSED = "It was closed."
TRASHED = "A photo in it was moved to the trash or erased."
LEFT = "Whoever made it may no longer change this gallery."
NO_CONSENT = (
    "In an organisation's gallery faces are shown only of people who agreed to that: name those on "
    "the photos and record it on their pages, or cover all faces first."
)


class State(StrEnum):
    """PREPARING: its pictures are being made. READY: the link can be opened. FAILED: pictures are
    missing; nobody can open it. EXPIRED, USED_UP, REVOKED: nobody can open it any more."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
    USED_UP = "used-up"
    REVOKED = "revoked"


def visible_to(user: Someone) -> QuerySet[Share]:
    """The shares the user may see, change and revoke, newest first: their own, and all of the
    galleries they own; none where they may only look."""
    if not user.is_authenticated:
        return Share.objects.none()
    theirs = Q(made_by=user) | Q(gallery__in=galleries.owned_by(user))
    return _whole(Share.objects.filter(theirs, gallery__in=galleries.editable_by(user)))


def recipes(gallery: Gallery) -> list[Pipeline[object, object]]:
    """What may be done to photos of the gallery before they are shared."""
    return [kind for kind in makers(gallery, 1) if kind.shareable]


def behind(token: str) -> Share | None:
    """The share whose link this is, whether or not it may still be opened."""
    return _whole(Share.objects.filter(digest=digest_of(token))).first()


def digest_of(token: str) -> str:
    """What is looked up of a token. It has 256 random bits: a plain hash cannot be guessed."""
    return sha256(token.encode()).hexdigest()


def token_of(share: Share) -> str:
    """The link's token again; "" once the share has ended."""
    if share.ended or not share.sealed_token:
        return ""
    return sealing.unseal(share.gallery, bytes(share.sealed_token), f"share {share.pk}").decode()


def why_ended(share: Share) -> str:
    """Why it must not be shown any more, whatever its limits say; "" while it may."""
    return reasons([share])[share.pk]


def reasons(shares: Sequence[Share]) -> dict[UUID, str]:
    """The same of each, in a few queries however many they are."""
    items = ShareItem.objects.filter(share__in=shares)
    there = items.filter(photo__trashed=None).values_list("share")
    counts = dict(there.annotate(Count("pk")).order_by())
    writers = Membership.objects.filter(
        gallery__in=[share.gallery_id for share in shares], role__in=galleries.WRITERS
    )
    write = set(writers.values_list("gallery", "user"))
    open_faced = [share for share in shares if asks_for_consent(share)]
    unasked = _unconsented(open_faced) if open_faced else set()

    def reason(share: Share) -> str:
        if share.ended:
            return share.why or CLOSED
        if counts.get(share.pk, 0) != share.count:
            return TRASHED
        if not share.made_by.is_active or (share.gallery_id, share.made_by_id) not in write:
            return LEFT
        return NO_CONSENT if share.pk in unasked else ""

    return {share.pk: reason(share) for share in shares}


def asks_for_consent(share: Share) -> bool:
    """Whether those whom it shows must have agreed to be shown."""
    inside = share.gallery.purpose == Gallery.Purpose.ORGANISATION
    return inside and not hides_faces(share.kind, share.options)


def _unconsented(shares: Sequence[Share]) -> set[UUID]:
    """Which of them show such a face."""
    items = ShareItem.objects.filter(share__in=shares, photo__in=showing_strangers(SHARING))
    return set(items.values_list("share", flat=True))


def _whole(rows: QuerySet[Share]) -> QuerySet[Share]:
    """With what is asked of each share."""
    items = ShareItem.objects.select_related("job", "photo")
    told = rows.select_related("gallery", "made_by")
    return told.prefetch_related(Prefetch("items", queryset=items))


def hides_faces(kind: str, options: Mapping[str, Any]) -> bool:
    """Whether the recipe leaves nobody's face on the photos; False for one that is gone."""
    work = {one.kind: one for one in pipelines.kinds()}.get(kind)
    return work is not None and work.hides_faces(parse(work.options, options))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a share stands. why: the reason where it is revoked."""

    state: State
    why: str


def standings(shares: Sequence[Share]) -> dict[UUID, Standing]:
    """How each stands, for who made it."""
    why = reasons(shares)
    return {share.pk: Standing(_state(share, why[share.pk]), why[share.pk]) for share in shares}


def state_of(share: Share) -> State:
    """How it stands, for who made it."""
    return standings([share])[share.pk].state


def _state(share: Share, why: str) -> State:
    if why:
        return State.REVOKED
    if share.expires <= timezone.now():
        return State.EXPIRED
    if share.view_limit is not None and share.views >= share.view_limit:
        return State.USED_UP
    missing = [item for item in share.items.all() if not item.file]
    if any(item.job is not None and item.job.is_open for item in missing):
        return State.PREPARING
    return State.FAILED if missing else State.READY


def is_over(share: Share) -> bool:
    """Whether nobody will see its pictures again: the last who opened it have had their time."""
    state, viewed = state_of(share), share.last_viewed
    if state is State.USED_UP and viewed is not None:
        return viewed + settings.SHARE_VIEW <= timezone.now()
    return state in (State.REVOKED, State.EXPIRED)


def shown(share: Share) -> list[ShareItem]:
    """Its pictures, for whoever has opened it; none when it may not be shown: not ready, expired
    or ended. A view once counted may be finished after the last one is used up."""
    if share.expires <= timezone.now() or why_ended(share):
        return []
    items = list(share.items.all())
    return items if all(item.file for item in items) else []


def may_open(share: Share) -> bool:
    """Whether another view would be counted."""
    return state_of(share) is State.READY


def failed(share: Share) -> list[ShareItem]:
    """The photos that nothing was made of, whose jobs are closed."""
    return [
        item
        for item in share.items.all()
        if not item.file and not (item.job is not None and item.job.is_open)
    ]


def of_job(user: Someone, job: Job) -> Share | None:
    """The share that the job makes something for, where the user may see it."""
    return visible_to(user).filter(items__job=job).first()


def item_of(job: Job) -> ShareItem | None:
    """What the job makes its file for; None when it is for the gallery."""
    return ShareItem.objects.filter(job=job).select_related("share").first()
