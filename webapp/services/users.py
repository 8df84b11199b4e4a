"""The first administrator, and one-time sign-in links."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from webapp.models import SignInLink, User
from webapp.services.audit import audit_write

LINK_LASTS = timedelta(minutes=15)


def sign_in_link_create(*, user: User) -> str:
    """A token that signs the user in once, within LINK_LASTS. Only its SHA-256 is kept: print it
    on the terminal and nowhere else."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires__lt=timezone.now()).delete()
    SignInLink.objects.create(user=user, digest=_digest(token), expires=timezone.now() + LINK_LASTS)
    return token


@transaction.atomic
def sign_in_link_use(*, token: str) -> User | None:
    """Use the link up; None when there is no such link, it was used, or it is too old."""
    now = timezone.now()
    links = SignInLink.objects.filter(digest=_digest(token), used=None, expires__gte=now)
    if links.update(used=now) != 1:  # one UPDATE: of two at once only one wins
        return None
    user = User.objects.get(sign_in_links__digest=_digest(token))
    if not user.is_active:
        return None
    audit_write(actor=user, verb="sign-in", detail="link")
    return user


def sign_in_failed(*, username: str) -> None:
    """Write down that a password was wrong; whose, where there is such an account."""
    user = User.objects.filter(username=username).first()
    audit_write(actor=None, verb="sign-in-failed", subject=f"user:{user.pk}" if user else "")


@transaction.atomic
def first_administrator() -> User:
    """The oldest administrator; made, without a password, when there is none."""
    admins = User.objects.filter(is_superuser=True, is_active=True)
    if there := admins.order_by("date_joined").first():
        return there
    user = User(username="admin", is_staff=True, is_superuser=True)
    user.set_unusable_password()
    user.save()
    audit_write(actor=None, verb="administrator-create", subject=f"user:{user.pk}")
    return user


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
