"""What the administrator answered at the first start."""

from __future__ import annotations

from webapp.models import Setting, User

USE = "use"


def use() -> str:
    """What this installation is for, a Gallery.Purpose; "" before the first start's questions."""
    return Setting.objects.filter(key=USE).values_list("value", flat=True).first() or ""


def is_name_taken(user: User, name: str) -> bool:
    """Whether somebody other than the user signs in with this name."""
    return User.objects.filter(username__iexact=name).exclude(pk=user.pk).exists()
