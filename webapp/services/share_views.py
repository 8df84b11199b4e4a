"""Opening share links: counting views, and slowing down whoever guesses passwords."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from redis.exceptions import RedisError

from webapp.models import Share
from webapp.selectors.shares import may_open
from webapp.services.audit import audit_write

SALT = "share-view"
TRIES, TRIES_OF_ALL = 10, 100  # wrong passwords of a link: from one address, from all together
CLOSED = timedelta(minutes=15)  # since the first of them
OPENINGS = 20  # of a link from one address in CLOSED: each is a line in the audit log
ASKS = 1200  # requests of one address a minute: beyond any person, and short of harm


class TooManyTries(Exception):
    """Passwords of this link are not looked at for a while."""


class TooManyOpenings(Exception):
    """The address opened this link too often to be a person."""


class WrongPassword(Exception):
    """It is not this one."""


def share_open(*, share: Share, password: str, address: str) -> str | None:
    """Count a view; what proves it for settings.SHARE_VIEW, and for this share only. None when the
    link may not be opened: another visitor was faster, or it ended.

    address: the visitor's, for counting wrong passwords; it is kept for minutes, and as a hash.

    Raises:
        WrongPassword: nothing is counted.
        TooManyTries: there were too many wrong ones.
        TooManyOpenings: there were too many right ones.
    """
    if not may_open(share):
        return None
    _openings_check(share, address)
    if share.password:
        _password_check(share, password, address)
    return signing.dumps(_named(share), salt=SALT) if _counted(share) else None


def proves(share: Share, proof: str) -> bool:
    """Whether this share was opened with it, not longer ago than a view lasts."""
    try:
        opened: str = signing.loads(proof, salt=SALT, max_age=settings.SHARE_VIEW)
    except signing.BadSignature:
        return False
    return opened == _named(share)


def asks_too_often(address: str) -> bool:
    """Whether the address asked for links more often than any person. While the cache is down
    nobody is counted."""
    try:
        return _count(f"share-asks:{_hidden(address)}", 60) > ASKS
    except RedisError:
        return False


@transaction.atomic
def _counted(share: Share) -> bool:
    """One UPDATE: of many at once no more get in than are left."""
    now = timezone.now()
    left = Q(view_limit=None) | Q(views__lt=F("view_limit"))
    rows = Share.objects.filter(left, pk=share.pk, ended=None, expires__gt=now)
    if rows.update(views=F("views") + 1, last_viewed=now) != 1:
        return False
    subject = f"share:{share.pk}"
    audit_write(actor=None, verb="share-open", subject=subject, gallery=share.gallery_id)
    return True


def _openings_check(share: Share, address: str) -> None:
    seconds = int(CLOSED.total_seconds())
    with suppress(RedisError):
        if _count(f"share-opens:{share.pk}:{_hidden(address)}", seconds) > OPENINGS:
            raise TooManyOpenings


def _password_check(share: Share, password: str, address: str) -> None:
    """Each try is counted before it is looked at, so that many at once gain nothing. While nobody
    can count no password is looked at."""
    one, all_together = f"share-tries:{share.pk}:{_hidden(address)}", f"share-tries:{share.pk}"
    try:
        seconds = int(CLOSED.total_seconds())
        if _count(one, seconds) > TRIES or _count(all_together, seconds) > TRIES_OF_ALL:
            raise TooManyTries
        if not check_password(password, share.password):
            raise WrongPassword
        cache.delete(one)
        with suppress(ValueError):  # it ran out a moment ago
            cache.decr(all_together)
    except RedisError:
        raise TooManyTries from None


def _count(key: str, seconds: int) -> int:
    """How often this was asked within so many seconds of the first time."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out a moment ago
        cache.add(key, 1, seconds)
        return 1


def _named(share: Share) -> str:
    """The share in a cookie: visitors must not learn its id, which pages and the audit log use."""
    return sha256(f"{SALT}{share.digest}".encode()).hexdigest()


def _hidden(address: str) -> str:
    return sha256(f"{settings.SECRET_KEY}{address}".encode()).hexdigest()[:32]
