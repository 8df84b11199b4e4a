"""Whose share links are whose, how they stand, and whether a link may still be opened."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from ml.pipelines import Pipeline
from webapp import sealing
from webapp.models import Consent, Gallery, Job, Person, Photo, Share, ShareItem, User
from webapp.selectors import galleries
from webapp.selectors.tools import makers

Someone = User | AnonymousUser
CLOSED = "It was closed."
TRASHED = "A photo in it was moved to the trash or erased."
LEFT = "Whoever made it may no longer change this gallery."
NO_CONSENT = "Somebody named on a photo has not agreed, or no longer does."


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
    rows = Share.objects.filter(theirs, gallery__in=galleries.editable_by(user))
    items = ShareItem.objects.select_related("job", "photo")
    return rows.select_related("gallery", "made_by").prefetch_related(
        Prefetch("items", queryset=items)
    )


def recipes(gallery: Gallery) -> list[Pipeline[object, object]]:
    """What may be done to photos of the gallery before they are shared."""
    return [kind for kind in makers(gallery, 1) if kind.shareable]


def behind(token: str) -> Share | None:
    """The share whose link this is, whether or not it may still be opened."""
    rows = Share.objects.select_related("gallery", "made_by")
    return rows.filter(digest=digest_of(token)).first()


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
    if share.ended:
        return share.why or CLOSED
    if share.items.filter(photo__trashed=None).count() != share.count:
        return TRASHED
    writes = galleries.editable_by(share.made_by).filter(pk=share.gallery_id)
    if not (share.made_by.is_active and writes.exists()):
        return LEFT
    photos = Photo.objects.filter(share_items__share=share)
    return NO_CONSENT if unconsented(share.gallery, photos) else ""


def unconsented(gallery: Gallery, photos: Iterable[Photo]) -> bool:
    """Whether the photos show somebody by name who has not agreed to anything: asked for in an
    organisation's gallery only."""
    if gallery.purpose != Gallery.Purpose.ORGANISATION:
        return False
    agreed = Consent.objects.filter(Consent.in_force()).values("person")
    return Person.objects.filter(faces__photo__in=photos).exclude(pk__in=agreed).exists()


def state_of(share: Share) -> State:
    """How it stands, for who made it."""
    if why_ended(share):
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


def item_of(job: Job) -> ShareItem | None:
    """What the job makes its file for; None when it is for the gallery."""
    return ShareItem.objects.filter(job=job).select_related("share").first()
